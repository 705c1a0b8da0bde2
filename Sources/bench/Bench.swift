import Glibc
import Platform

/// Measures the built `gitlab-wecom` against its targets and its rivals.
@main
enum Bench {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == Measurement.launcherArgument {
      return await finish {
        try await Measurement.launch(Array(arguments.dropFirst()))
        return 0
      }
    }
    switch Arguments(arguments) {
    case .measure(let options):
      // The servers' threads inherit it; what is measured has the other processor.
      if Processor.count > 1 { Processor.bind(to: 1) }
      await finish { try await Session(options).run() }
    case .help:
      StandardStream.output.write(Arguments.usage)
    case .wrong(let argument):
      StandardStream.error.write("bench: unknown argument \"\(argument)\"\n\(Arguments.usage)")
      exit(64)
    }
  }

  private static func finish(_ body: () async throws -> Int32) async {
    do {
      exit(try await body())
    } catch {
      StandardStream.error.write("bench: \(error)\n")
      exit(1)
    }
  }
}
