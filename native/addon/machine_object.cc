#include "addon/machine_object.h"

#include "addon/abandonable_call.h"
#include "addon/convert.h"
#include "addon/loop_function.h"
#include "addon/plugin_object.h"
#include "addon/remote_object.h"
#include "core/error.h"

namespace vmp::addon {

// The way from a machine's threads to the event loop. Holds the loop open only while a run is under way.
struct MachineObject::Events {
  Events(Napi::Env env, Napi::Function listener) : function(env, listener, "vm-plugin machine") {}
  LoopFunction function;
  uint32_t runs = 0;  // event loop only
};

namespace {

Napi::Object to_object(Napi::Env env, const RunEvent &event) {
  static constexpr const char *kinds[] = {"spawned", "stopped", "returned", "refused", "ended"};
  Napi::Object object = Napi::Object::New(env);
  object.Set("kind", kinds[static_cast<int>(event.kind)]);
  object.Set("run", event.run);
  object.Set("process", event.process);
  object.Set("exitCode", event.exit_code);
  object.Set("signal", event.signal);
  object.Set("limit", event.limit);
  object.Set("detail", event.detail);
  object.Set("errorCode", event.error_code);
  object.Set("instructions", Napi::BigInt::New(env, event.instructions));
  object.Set("cpuNanoseconds", static_cast<double>(event.cpu_nanoseconds));
  object.Set("processes", event.processes);
  object.Set("systemCalls", Napi::BigInt::New(env, event.system_calls));
  object.Set("refusedCalls", event.refused_calls);
  object.Set("call", static_cast<double>(event.call));
  object.Set("result", Napi::BigInt::New(env, static_cast<int64_t>(event.result)));
  return object;
}

}  // namespace

void MachineObject::export_class(Napi::Env env, Napi::Object exports) {
  exports.Set(
      "Machine",
      DefineClass(
          env, "Machine",
          {InstanceMethod<&MachineObject::add>("add"), InstanceMethod<&MachineObject::add_remote>("addRemote"),
           InstanceMethod<&MachineObject::seal>("seal"), InstanceMethod<&MachineObject::spawn>("spawn"),
           InstanceMethod<&MachineObject::stop>("stop"), InstanceMethod<&MachineObject::stop_run>("stopRun"),
           InstanceMethod<&MachineObject::pause>("pause"), InstanceMethod<&MachineObject::resume>("resume"),
           InstanceMethod<&MachineObject::signal>("signal"), InstanceMethod<&MachineObject::memory>("memory"),
           InstanceMethod<&MachineObject::snapshot>("snapshot"), InstanceMethod<&MachineObject::restore>("restore"),
           InstanceMethod<&MachineObject::call>("call"), InstanceMethod<&MachineObject::withdraw_call>("withdrawCall"),
           InstanceMethod<&MachineObject::close>("close")}));
}

MachineObject::MachineObject(const Napi::CallbackInfo &info) : Napi::ObjectWrap<MachineObject>(info) {
  Napi::Env env = info.Env();
  events_ = std::make_shared<Events>(env, info[1].As<Napi::Function>());
  events_->function.unref(env);
  auto size = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
  vmp_error error = vmp::make_error();
  machine_ = Machine::create(
      size,
      [events = events_](RunEvent &&event) {
        events->function.send([events, event = std::move(event)](Napi::Env environment, Napi::Function listener) {
          const bool is_last = event.kind == RunEvent::Kind::refused || event.kind == RunEvent::Kind::ended;
          if (is_last && --events->runs == 0) events->function.unref(environment);
          listener.Call({to_object(environment, event)});
        });
      },
      &error);
  if (machine_ == nullptr) {
    throw vmp::addon::make_error(env, "VMP_HOST_MEMORY", {{"size", std::to_string(size)}, {"reason", error.message}});
  }
}

MachineObject::~MachineObject() {
  if (machine_ != nullptr) machine_->stop("VMP_CANCELLED", "the machine was dropped");
}

Machine &MachineObject::machine(Napi::Env env) const {
  if (machine_ == nullptr) {
    throw vmp::addon::make_error(env, "VMP_INVALID_ARGUMENT", {{"what", "machine"}, {"reason", "it is closed"}});
  }
  return *machine_;
}

// add(plugin, point, name, configuration)
Napi::Value MachineObject::add(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  machine(env).bindings().add(make_instance(env, plugin_of(info[0]), info[1].As<Napi::String>().Utf8Value(),
                                            info[2].As<Napi::String>().Utf8Value(), info[3], machine_.get()));
  return env.Undefined();
}

Napi::Value MachineObject::add_remote(const Napi::CallbackInfo &info) {
  machine(info.Env()).bindings().add(RemoteObject::instance_of(info[0]));
  return info.Env().Undefined();
}

namespace {

// Of a call in which a plugin may refuse.
struct Outcome {
  vmp_error error = vmp::make_error();
  std::string refuser;  // empty: it is the core's error

  void throw_if_failed(Napi::Env env) const {
    if (error.status == VMP_OK) return;
    if (!refuser.empty()) throw plugin_error(env, "plugin", refuser, error);
    const bool is_unsupported = std::string(error.code) == "VMP_SNAPSHOT_UNSUPPORTED";
    throw vmp::addon::make_error(env, is_unsupported ? error.code : "VMP_MACHINE_FAILED",
                                 {{"reason", reason_of(error, error.status)}});
  }
};

using SnapshotHandle = std::shared_ptr<const Snapshot>;

}  // namespace

// On a thread of its own: an instance in JavaScript is asked for its regions, which needs the event loop.
Napi::Value MachineObject::seal(const Napi::CallbackInfo &info) {
  machine(info.Env());
  auto outcome = std::make_shared<Outcome>();
  auto work = [machine = machine_, outcome] {
    outcome->error.status = machine->seal(outcome->refuser, &outcome->error);
  };
  auto settle = [outcome](Napi::Env env) -> Napi::Value {
    outcome->throw_if_failed(env);
    return env.Undefined();
  };
  return abandonable_call(info.Env(), work, settle);
}

// close waits for it, also where it has not begun yet.
Napi::Object MachineObject::held_call(Napi::Env env, std::function<void(Machine &)> work,
                                      std::function<Napi::Value(Napi::Env)> settle) {
  machine(env).hold();
  try {
    return abandonable_call(
        env,
        [machine = machine_, work = std::move(work)] {
          work(*machine);
          machine->let_go();
        },
        std::move(settle));
  } catch (...) {
    machine_->let_go();
    throw;
  }
}

// { handle, runs }: what restore takes, and the numbers of the runs in it.
Napi::Value MachineObject::snapshot(const Napi::CallbackInfo &info) {
  auto outcome = std::make_shared<Outcome>();
  auto taken = std::make_shared<SnapshotHandle>();
  auto work = [outcome, taken](Machine &machine) {
    *taken = machine.snapshot(outcome->refuser, &outcome->error);
    if (*taken == nullptr && outcome->error.status == VMP_OK) outcome->error.status = VMP_ERROR_INVALID_ARGUMENT;
  };
  auto settle = [outcome, taken](Napi::Env env) -> Napi::Value {
    outcome->throw_if_failed(env);
    Napi::Array runs = Napi::Array::New(env);
    for (const RunImage &run : (*taken)->runs) runs.Set(runs.Length(), run.id);
    Napi::Object result = Napi::Object::New(env);
    result.Set("runs", runs);
    result.Set("handle", Napi::External<SnapshotHandle>::New(env, new SnapshotHandle(std::move(*taken)),
                                                             [](Napi::Env, SnapshotHandle *held) { delete held; }));
    return result;
  };
  return held_call(info.Env(), work, settle);
}

// restore(handle, [{ run, standard }], copies): the runs, [{ run, process }], that were made; the machine is paused.
Napi::Value MachineObject::restore(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  machine(env);
  const SnapshotHandle handle = *info[0].As<Napi::External<SnapshotHandle>>().Data();
  std::vector<RestoredStreams> streams;
  auto given = info[1].As<Napi::Array>();
  for (uint32_t index = 0; index < given.Length(); ++index) {
    auto item = given.Get(index).As<Napi::Object>();
    RestoredStreams &added = streams.emplace_back();
    added.run = item.Get("run").As<Napi::Number>().Uint32Value();
    auto standard = item.Get("standard").As<Napi::Array>();
    for (uint32_t number = 0; number < 3; ++number)
      added.standard[number] = standard.Get(number).As<Napi::Number>().Int32Value();
  }
  const auto expected = static_cast<uint32_t>(handle->runs.size());
  // Before any of them can end.
  if ((events_->runs += expected) == expected && expected != 0) events_->function.ref(env);
  auto outcome = std::make_shared<Outcome>();
  auto restored = std::make_shared<std::vector<RestoredRun>>();
  auto work = [handle, streams, copies = info[2].ToBoolean().Value(), outcome, restored](Machine &machine) {
    outcome->error.status = machine.restore(handle, streams, copies, *restored, outcome->refuser, &outcome->error);
  };
  auto settle = [outcome, restored, expected, events = events_](Napi::Env env) -> Napi::Value {
    const auto others = expected - static_cast<uint32_t>(restored->size());
    if (others != 0 && (events->runs -= others) == 0) events->function.unref(env);
    outcome->throw_if_failed(env);
    Napi::Array runs = Napi::Array::New(env);
    for (const RestoredRun &run : *restored) {
      Napi::Object item = Napi::Object::New(env);
      item.Set("run", run.run);
      item.Set("process", run.process);
      runs.Set(runs.Length(), item);
    }
    return runs;
  };
  try {
    return held_call(env, work, settle);
  } catch (...) {
    if ((events_->runs -= expected) == 0) events_->function.unref(env);
    throw;
  }
}

Napi::Value MachineObject::spawn(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Machine &target = machine(env);
  auto options = info[0].As<Napi::Object>();
  SpawnRequest request;
  request.program = options.Get("program").As<Napi::Number>().Int32Value();
  request.path = to_string(options, "path");
  request.arguments = to_strings(options, "arguments");
  request.environment = to_strings(options, "environment");
  request.working_directory = to_string(options, "workingDirectory");
  auto standard = options.Get("standard").As<Napi::Array>();
  for (uint32_t index = 0; index < 3; ++index) {
    request.standard[index] = standard.Get(index).As<Napi::Number>().Int32Value();
  }
  request.root = to_string(options, "root");
  request.root_read_only = options.Get("rootReadOnly").ToBoolean();
  auto mounts = options.Get("mounts").As<Napi::Array>();
  for (uint32_t index = 0; index < mounts.Length(); ++index) {
    auto mount = mounts.Get(index).As<Napi::Object>();
    request.mounts.push_back({to_string(mount, "host"), to_string(mount, "guest"), mount.Get("readOnly").ToBoolean()});
  }
  request.trace = options.Get("trace").As<Napi::Number>().Int32Value();
  auto limits = options.Get("limits").As<Napi::Object>();
  const auto number = [&limits](const char *name) { return limits.Get(name).As<Napi::Number>().DoubleValue(); };
  bool lossless = false;
  request.limits.memory = static_cast<uint64_t>(number("memory"));
  request.limits.instructions = limits.Get("instructions").As<Napi::BigInt>().Uint64Value(&lossless);
  request.limits.nanoseconds = static_cast<uint64_t>(number("nanoseconds"));
  request.process_limit = static_cast<uint32_t>(number("processes"));
  request.open_file_limit = static_cast<uint32_t>(number("openFiles"));
  if (events_->runs++ == 0) events_->function.ref(env);
  return Napi::Number::New(env, target.spawn(std::move(request)));
}

Napi::Value MachineObject::stop(const Napi::CallbackInfo &info) {
  if (machine_ != nullptr) {
    machine_->stop(info[0].As<Napi::String>().Utf8Value(), info[1].As<Napi::String>().Utf8Value());
  }
  return info.Env().Undefined();
}

// stopRun(run, code, detail)
Napi::Value MachineObject::stop_run(const Napi::CallbackInfo &info) {
  if (machine_ != nullptr) {
    machine_->stop_run(info[0].As<Napi::Number>().Uint32Value(), info[1].As<Napi::String>().Utf8Value(),
                       info[2].As<Napi::String>().Utf8Value());
  }
  return info.Env().Undefined();
}

// The request is made at once; a thread of its own waits until it is followed.
Napi::Value MachineObject::pause(const Napi::CallbackInfo &info) {
  machine(info.Env()).pause();
  auto work = [machine = machine_] { machine->wait_until_paused(); };
  return abandonable_call(info.Env(), work, [](Napi::Env env) -> Napi::Value { return env.Undefined(); });
}

Napi::Value MachineObject::resume(const Napi::CallbackInfo &info) {
  machine(info.Env()).resume();
  return info.Env().Undefined();
}

// signal(run, process, number)
Napi::Value MachineObject::signal(const Napi::CallbackInfo &info) {
  vmp_error error = vmp::make_error();
  vmp_status status = machine(info.Env())
                          .signal(info[0].As<Napi::Number>().Uint32Value(), info[1].As<Napi::Number>().Int32Value(),
                                  info[2].As<Napi::Number>().Uint32Value(), &error);
  return Napi::Boolean::New(info.Env(), status == VMP_OK);
}

// call(run, symbol, arguments): a number that an event tells the end of
Napi::Value MachineObject::call(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  FunctionRequest request{info[0].As<Napi::Number>().Uint32Value(), info[1].As<Napi::String>().Utf8Value(), {}};
  auto arguments = info[2].As<Napi::Array>();
  bool lossless = false;
  for (uint32_t index = 0; index < arguments.Length(); ++index)
    request.arguments.push_back(arguments.Get(index).As<Napi::BigInt>().Uint64Value(&lossless));
  uint64_t id = 0;
  vmp_error error = vmp::make_error();
  if (machine(env).call(request, id, &error) == VMP_OK) return Napi::Number::New(env, static_cast<double>(id));
  throw plugin_error(env, "plugin", info[3].As<Napi::String>().Utf8Value(), error);
}

// withdrawCall(call)
Napi::Value MachineObject::withdraw_call(const Napi::CallbackInfo &info) {
  if (machine_ != nullptr) machine_->withdraw_call(static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value()));
  return info.Env().Undefined();
}

// The whole memory file's alias: no copy. It lives until the last ArrayBuffer over it is collected.
Napi::Value MachineObject::memory(const Napi::CallbackInfo &info) {
  constexpr uint64_t largest_array_buffer = uint64_t{1} << 32;  // of Node 20; beyond it Node refuses, too late to undo
  auto memory = machine(info.Env()).memory();
  if (memory->layout().size > largest_array_buffer) {
    throw vmp::addon::make_error(info.Env(), "VMP_INVALID_ARGUMENT",
                                 {{"what", "memory"},
                                  {"reason", "an ArrayBuffer holds 4 GiB at most, the machine has " +
                                                 std::to_string(memory->layout().size) + " bytes"}});
  }
  return Napi::ArrayBuffer::New(
      info.Env(), memory->layout().alias, memory->layout().size,
      [](Napi::Env, void *, std::shared_ptr<GuestMemory> *owner) { delete owner; },
      new std::shared_ptr<GuestMemory>(memory));
}

// On a thread of its own: threads are waited for, and plugins destroy their instances. undefined when closed already.
Napi::Value MachineObject::close(const Napi::CallbackInfo &info) {
  if (machine_ == nullptr) return info.Env().Undefined();
  auto work = [machine = std::move(machine_)] { machine->close(); };
  machine_ = nullptr;
  events_.reset();
  return abandonable_call(info.Env(), work, [](Napi::Env env) -> Napi::Value { return env.Undefined(); });
}

}  // namespace vmp::addon
