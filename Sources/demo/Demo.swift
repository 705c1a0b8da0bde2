import Glibc
import Platform

/// The newcomer's first minute with gitlab-wecom.
@main
enum Demo {
  static func main() async {
    switch Arguments(CommandLine.arguments.dropFirst()) {
    case .story:
      await finish { try await Story().tell() }
    case .serve(let port, let isBusy):
      await finish { try await Service(port: port).run(isBusy: isBusy) }
    case .help:
      StandardStream.output.write(Arguments.usage)
    case .wrong(let argument):
      StandardStream.error.write("demo: unknown argument \"\(argument)\"\n\(Arguments.usage)")
      exit(64)
    }
  }

  private static func finish(_ body: () async throws -> Int32) async {
    do {
      exit(try await body())
    } catch {
      StandardStream.error.write("demo: \(error)\n")
      exit(1)
    }
  }
}
