/** Devices in TypeScript: one message to the event loop for each access of the guest; posted writes share one crossing. */
import { connectRemote, type Remote } from "../communication/remote.ts";
import { type DeviceVirtual, dispatchDeviceVirtual } from "../contracts/generated/device-virtual.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import type { Implementation } from "../host/plugin-record.ts";
import { guardNative, type NativeMachine } from "../native.ts";
import type { Configuration } from "../sdk/define-plugin.ts";

/** Milliseconds that a guest waits for a device's answer before its machine is stopped with the device named. */
const answerTimeout = 5000;
/** Posted writes that are worth a crossing at once, and so many that the guest waits until the device has taken some. */
const [batch, most] = [64, 1024];

export interface RemoteDevice {
  close(): Promise<void>;
}

/** Makes an instance of the device and gives it to the machine. */
export async function attachDevice(
  native: NativeMachine,
  host: PluginManager,
  implementation: Implementation,
  configuration: Configuration,
): Promise<RemoteDevice> {
  const { id } = implementation.plugin.manifest;
  const instance = await host.createInstance(implementation, configuration);
  const device = instance.implementation as DeviceVirtual;
  let remote: Remote | undefined;
  const close = async () => {
    remote?.close();
    await instance.close();
  };
  try {
    const connected = connectRemote({
      point: implementation.point,
      name: implementation.name,
      plugin: id,
      timeout: answerTimeout,
      dispatch: (method, request) => dispatchDeviceVirtual(device, method, request),
      posting: {
        batch,
        most,
        failed: (reason) => native.stop("VMP_DEVICE_FAILED", `device ${id}/${implementation.name}: ${reason}`),
      },
    });
    remote = connected;
    guardNative(() => native.addRemote(connected.native));
  } catch (error) {
    // What failed first is what the caller has to hear of.
    await close().catch(() => {});
    throw error;
  }
  return { close };
}
