/// The values that several runs gave.
struct Spread: Sendable {
  private let sorted: [Double]

  init(_ values: [Double]) {
    precondition(!values.isEmpty, "a spread has values")
    sorted = values.sorted()
  }

  var median: Double {
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var min: Double { sorted[0] }
  var max: Double { sorted[sorted.count - 1] }

  /// The median with the least and the most, in three digits.
  var text: String {
    sorted.count == 1 ? median.short : "\(median.short) (\(min.short)–\(max.short))"
  }
}

extension Double {
  /// Three digits or all whole ones.
  var short: String {
    switch magnitude {
    case ..<10: fixed(2)
    case ..<100: fixed(1)
    default: fixed(0)
    }
  }

  private func fixed(_ digits: Int) -> String {
    let scale = digits == 0 ? 1 : digits == 1 ? 10 : 100
    let value = Int((self * Double(scale)).rounded())
    guard digits > 0 else { return String(value) }
    let fraction = String(Swift.abs(value) % scale)
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(value < 0 ? "-" : "")\(Swift.abs(value) / scale).\(zeros)\(fraction)"
  }
}
