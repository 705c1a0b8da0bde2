import DaySupport
import Platform
import Sandbox

/// One run of the bench: takes the figures, then prints them.
final class Session {
  let options: Arguments.Options
  private var figures: [Figure] = []
  private(set) var growth: [GrowthCell] = []
  private var requests = RequestTable()
  private var remarks: [String] = []

  init(_ options: Arguments.Options) {
    self.options = options
  }

  /// How often something is measured.
  var rounds: Int { options.isQuick ? 3 : 5 }

  func run() async throws -> Int32 {
    guard Files.exists(options.program) else { throw BenchError.missing(options.program) }
    let start = ContinuousClock.now
    if Processor.count < 2 { remark("one processor: the server shares it with what is measured") }
    let takers: [(Arguments.Section, () async throws -> Void)] = [
      (.startup, takeStartup), (.size, takeSize), (.idle, takeIdle), (.active, takeActive),
      (.state, takeState), (.memory, takeMemory), (.growth, takeGrowth),
      (.day, takeDay),
    ]
    for (section, take) in takers where options.only.contains(section) {
      say("\(section.rawValue) …")
      try await take()
    }
    let seconds = Int(start.duration(to: .now) / .seconds(1))
    remark("all of this took \(seconds / 60) min \(seconds % 60) s")
    print()
    let isMissed =
      figures.contains { $0.isMet == false } || growth.contains { $0.isLinear == false }
    return options.checks && isMissed ? 1 : 0
  }

  func add(_ figure: Figure) { figures.append(figure) }
  func add(_ cell: GrowthCell) { growth.append(cell) }
  func add(_ name: String, _ passes: [[RequestKind: Int]]) { requests.add(name, passes) }
  func remark(_ text: String) {
    if !remarks.contains(text) { remarks.append(text) }
  }

  /// Says on standard error how far the bench is.
  func say(_ text: String) { StandardStream.error.write("bench: \(text)\n") }

  private func print() {
    var text = "\ngitlab-wecom: \(options.program)\nmedians with (least–most)\n\n"
    text += Table.text(Figure.heads, figures.map(\.columns))
    if !growth.isEmpty {
      text += "\nwork that grows: a pass over N projects, a share of them active\n\n"
      text += Table.text(GrowthCell.heads, growth.map(\.columns))
    }
    if !requests.isEmpty { text += "\nmean, and the most\n\n" + requests.text }
    if !remarks.isEmpty { text += "\n" + remarks.map { "- \($0)\n" }.joined() }
    StandardStream.output.write(text)
  }
}
