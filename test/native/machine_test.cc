#include "core/machine/machine.h"

#include <thread>

#include "check.h"
#include "core/services/services.h"
#include "machine_fixture.h"

TEST("a personality may make a virtual CPU when it is attached") {
  Parts parts("early");
  CHECK(parts.seal() == VMP_OK);
  CHECK(Parts::exported<std::atomic<int>>("attached") > 0);
}

TEST("a machine without an engine is refused before any instance is attached") {
  Parts parts("");
  parts.add(VMP_OS_PERSONALITY_POINT, "early");
  CHECK(parts.seal() == VMP_ERROR_INVALID_ARGUMENT && parts.refuser.empty());
}

TEST("an instance that refuses to be attached without a word is named by its plugin") {
  Parts parts("silent");
  CHECK(parts.seal() == VMP_ERROR_PLUGIN && parts.refuser == "parts");
  CHECK(vmp::reason_of(parts.error, parts.error.status).find("without a message") != std::string::npos);
}

TEST("a machine that is closed while its instances are attached waits for that") {
  Parts parts("slow");
  auto &attaching = Parts::exported<std::atomic<int>>("attaching");
  std::thread sealing([&] { parts.seal(); });
  while (attaching == 0) std::this_thread::yield();
  parts.machine->close();
  CHECK(attaching == 0);
  sealing.join();
  CHECK(parts.error.status == VMP_OK);
}

TEST("a personality that refuses a run is believed, also when it has made a virtual CPU for it") {
  Parts parts("refusing");
  CHECK(parts.seal() == VMP_OK);
  const uint32_t refused = parts.machine->spawn({});
  parts.wait_for(1);
  CHECK(parts.last.run == refused && parts.last.kind == vmp::RunEvent::Kind::refused);
}

TEST("an engine is told of one virtual CPU at a time, also when runs end together") {
  Parts parts("plain");
  CHECK(parts.seal() == VMP_OK);
  for (int run = 0; run < 4; ++run) parts.machine->spawn({});
  parts.wait_for(4);
  CHECK(Parts::exported<std::atomic<int>>("overlaps") == 0);
}

TEST("the engine hears of every change that makes code stale, and of no other") {
  Parts parts("early");
  CHECK(parts.seal() == VMP_OK);
  auto *space = Parts::exported<vmp_address_space *>("last_space");
  auto &heard = Parts::exported<std::atomic<int>>("invalidations");
  const auto &memory = vmp::memory_service;
  constexpr uint32_t code = VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE;
  heard = 0;
  CHECK(memory.map(space, 0, VMP_PAGE_SIZE, VMP_PROTECTION_READ, 0, 0, nullptr) == VMP_OK && heard == 0);
  CHECK(memory.protect(space, 0, VMP_PAGE_SIZE, code, nullptr) == VMP_OK && heard == 1);
  CHECK(memory.populate(space, 0, "code", 4, nullptr) == VMP_OK && heard == 2);
  memory.invalidate_code(space, 0, 4);
  CHECK(heard == 3);
  CHECK(memory.map(space, 0, VMP_PAGE_SIZE, code, 0, 0, nullptr) == VMP_OK && heard == 4);
  CHECK(memory.unmap(space, 0, VMP_PAGE_SIZE, nullptr) == VMP_OK && heard == 5);
}

TEST("a space of a wrong size is refused with one status in both places") {
  Parts parts("plain");
  vmp_address_space *space = nullptr;
  const vmp_status status = parts.machine->create_space(0, 12345, &space, &parts.error);
  CHECK(status == VMP_ERROR_INVALID_ARGUMENT && parts.error.status == status && space == nullptr);
}

TEST("a space or a virtual CPU for a run that there is not is refused") {
  Parts parts("early");
  CHECK(parts.seal() == VMP_OK);
  vmp_address_space *space = nullptr;
  vmp_vcpu *vcpu = nullptr;
  CHECK(parts.machine->create_space(99, 1 << 20, &space, &parts.error) == VMP_ERROR_INVALID_ARGUMENT);
  CHECK(std::string(parts.error.message).find("99") != std::string::npos);
  space = Parts::exported<vmp_address_space *>("last_space");
  CHECK(parts.machine->create_vcpu(99, space, &vcpu, &parts.error) == VMP_ERROR_INVALID_ARGUMENT);
}

TEST("a run that does nothing but ask a device ends at its limits") {
  for (const vmp::RunLimits &limits : {vmp::RunLimits{0, 0, 30'000'000}, vmp::RunLimits{0, 10'000, 0}}) {
    Parts parts("plain", "device");
    parts.add(VMP_DEVICE_VIRTUAL_POINT, "port");
    CHECK(parts.seal() == VMP_OK);
    vmp::SpawnRequest request;
    request.limits = limits;
    parts.machine->spawn(std::move(request));
    parts.wait_for(1);
    CHECK(parts.last.limit == (limits.instructions != 0 ? "instructions" : "time") && parts.last.signal == 9);
    CHECK(parts.last.error_code.empty());
  }
}

TEST("a run that does nothing but ask a device ends when it is stopped") {
  Parts parts("plain", "device");
  parts.add(VMP_DEVICE_VIRTUAL_POINT, "port");
  CHECK(parts.seal() == VMP_OK);
  const uint32_t stopped = parts.machine->spawn({});
  parts.machine->stop_run(stopped, "STOPPED", "by a test");
  parts.wait_for(1);
  CHECK(parts.last.run == stopped && parts.last.error_code == "STOPPED" && parts.last.detail == "by a test");
}

TEST("a run ends once, and last of all, also when a personality starts virtual CPUs while it makes the first") {
  Parts parts("two");
  CHECK(parts.seal() == VMP_OK);
  for (int run = 1; run <= 3; ++run) {
    const uint32_t id = parts.machine->spawn({});
    parts.wait_for(run);
    CHECK(parts.last.run == id && parts.last.kind == vmp::RunEvent::Kind::ended && parts.last.process != 0);
  }
}

TEST("a limit that is passed while the first process leaves is what ended the run") {
  Parts parts("limited");
  CHECK(parts.seal() == VMP_OK);
  parts.machine->spawn({});
  parts.wait_for(1);
  CHECK(parts.last.limit == "processes" && parts.last.detail == "one more" && parts.last.error_code.empty());
  CHECK(parts.last.signal == 9 && parts.last.exit_code == 0 && parts.last.processes == 2);
}
