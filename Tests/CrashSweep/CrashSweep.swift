import Platform
import Sandbox
import SweepSupport
import Synchronization

/// Strikes the built program at the system calls of every scenario and judges what the groups saw.
@main
enum CrashSweep {
  static func main() async {
    guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
      StandardStream.error.write(Arguments.usage)
      Executable.exit(64)
    }
    do {
      let isClean = try await Sweep(arguments).run()
      Executable.exit(isClean ? 0 : 1)
    } catch {
      StandardStream.error.write("crash-sweep: \(error)\n")
      Executable.exit(1)
    }
  }
}
