/// One line of the table.
struct Figure: Sendable {
  /// What it is held to.
  enum Target: Sendable {
    /// At most so much, in the figure's own unit.
    case atMost(Double)
    /// At most so many times the rival's.
    case timesRival(Double)
    /// Shown only.
    case none
  }

  var name: String
  var unit: String
  var ours: Spread
  /// Whom it is compared with, and what that one takes; nil where nobody is there.
  var rival: (name: String, spread: Spread)?
  var target: Target

  /// Ours in relation to the rival's.
  var ratio: Double? { rival.map { ours.median / $0.spread.median } }

  /// Whether the target is met; nil without a target, or without the rival it needs.
  var isMet: Bool? {
    switch target {
    case .atMost(let limit): ours.median <= limit
    case .timesRival(let limit): ratio.map { $0 <= limit }
    case .none: nil
    }
  }

  var columns: [String] {
    let limit =
      switch target {
      case .atMost(let limit): "≤ \(limit.short)"
      case .timesRival(let limit): "≤ \(limit.short) ×"
      case .none: ""
      }
    let verdict = isMet.map { $0 ? "met" : "MISSED" }
    return [
      name, unit, ours.text, rival.map { "\($0.name) \($0.spread.text)" } ?? "",
      ratio.map { "\(($0 * 1000).rounded() / 1000 < 0.1 ? "1/\((1 / $0).short)" : $0.short)" }
        ?? "",
      limit, verdict ?? (limit.isEmpty ? "" : "not measured"),
    ]
  }

  static let heads = ["figure", "unit", "ours", "rival", "ratio", "target", ""]
}

/// Lines of columns.
enum Table {
  /// Returns the rows below their heads, each column as wide as its widest cell.
  static func text(_ heads: [String], _ rows: [[String]]) -> String {
    let all = [heads] + rows
    let widths = heads.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.indices.map { column in
        row[column] + String(repeating: " ", count: widths[column] - row[column].count)
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
