import DaySupport

/// Requests to GitLab by what they were for: a line for each pass, or for passes of one sort.
struct RequestTable: Sendable {
  private var rows: [(name: String, passes: [[RequestKind: Int]])] = []

  var isEmpty: Bool { rows.isEmpty }

  /// Adds a line: the mean of passes and, of more than one, the most.
  mutating func add(_ name: String, _ passes: [[RequestKind: Int]]) {
    guard !passes.isEmpty else { return }
    rows.append((name, passes))
  }

  var text: String {
    let kinds = RequestKind.allCases.filter { kind in
      rows.contains { row in row.passes.contains { $0[kind, default: 0] > 0 } }
    }
    return Table.text(
      ["requests", "passes"] + kinds.map(\.rawValue) + ["all"],
      rows.map { row in
        [row.name, String(row.passes.count)]
          + kinds.map { kind in Self.cell(row.passes.map { $0[kind, default: 0] }) }
          + [Self.cell(row.passes.map { $0.values.reduce(0, +) })]
      }
    )
  }

  private static func cell(_ counts: [Int]) -> String {
    let mean = Double(counts.reduce(0, +)) / Double(counts.count)
    guard counts.count > 1 else { return String(counts[0]) }
    return "\(mean.short) (\(counts.max() ?? 0))"
  }
}
