internal import Platform

/// One line that shows how far a part of a pass has come.
struct ProgressLine: Sendable, Equatable {
  /// The cells of a full bar.
  private static let barWidth = 20

  var label: String
  var done: Int
  var total: Int
  /// What stands behind the bar.
  var note: String

  /// Returns the line within a number of cells.
  func text(width: Int) -> String {
    let share = total > 0 ? min(Double(done) / Double(total), 1) : 1
    // A full bar is for the end alone.
    let filled = done >= total ? Self.barWidth : min(Int(share * 20), Self.barWidth - 1)
    let bar =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: Self.barWidth - filled)
    return Cells.truncated("\(Cells.padded(label, to: 10))\(bar)  \(note)", to: width)
  }

  /// The line of asking GitLab.
  static func polling(done: Int, total: Int, milliseconds: Int64) -> ProgressLine {
    let projects = total == 1 ? "1 project" : "\(total) projects"
    let note: String
    if done >= total {
      note = "\(projects), \(seconds(milliseconds))"
    } else if done > 0, milliseconds >= 1000 {
      let left = milliseconds * Int64(total - done) / Int64(done)
      note = "\(done) of \(projects), \(span(left)) left"
    } else {
      note = "\(done) of \(projects)"
    }
    return ProgressLine(label: "polling", done: done, total: total, note: note)
  }

  /// The line of posting to WeCom, what it waits for and how many milliseconds it will take.
  static func posting(done: Int, total: Int, waits: String?, left: Int64?) -> ProgressLine {
    var note = done >= total ? "\(done)" : "\(done) of \(total)"
    if done < total, let waits {
      note += " · waits for \(waits)"
      if let left { note += ", \(span(left)) left" }
    }
    return ProgressLine(label: "posting", done: done, total: total, note: note)
  }

  /// Returns seconds with one decimal: "0.4 s".
  static func seconds(_ milliseconds: Int64) -> String {
    let tenths = (max(milliseconds, 0) + 50) / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// Returns a time to come in the unit that people would use: "42 s", "3 min", "2 h 5 min".
  static func span(_ milliseconds: Int64) -> String {
    let seconds = (max(milliseconds, 0) + 999) / 1000
    if seconds < 100 { return "\(seconds) s" }
    let minutes = (seconds + 59) / 60
    if minutes < 100 { return "\(minutes) min" }
    let rest = minutes % 60
    return rest == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(rest) min"
  }
}
