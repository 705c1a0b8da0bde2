/// Metrics in Prometheus' text format, as its node exporter reads it from a file.
///
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>; without timestamps, which the
/// node exporter refuses.
struct MetricsText: Sendable {
  /// What a metric is to Prometheus.
  enum Kind: String, Sendable {
    /// A number that only grows.
    case counter
    /// A number that comes and goes.
    case gauge
  }

  /// One value with its labels.
  struct Sample: Sendable {
    var labels: [(name: String, value: String)]
    var value: String

    init(_ value: Int, _ labels: (name: String, value: String)...) {
      self.labels = labels
      self.value = String(value)
    }

    /// A number of milliseconds as seconds.
    init(milliseconds: Int64, _ labels: (name: String, value: String)...) {
      self.labels = labels
      let sign = milliseconds < 0 ? "-" : ""
      let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
      let digits = String(rest)
      let fraction = String(repeating: "0", count: 3 - digits.count) + digits
      value = rest == 0 ? "\(sign)\(seconds)" : "\(sign)\(seconds).\(fraction)"
    }
  }

  private(set) var text = ""

  /// Adds a metric with all its samples; without any, the metric is left out.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    text += "# HELP \(Metrics.prefix)\(name) \(help)\n"
    text += "# TYPE \(Metrics.prefix)\(name) \(kind.rawValue)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
      let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
      text += "\(Metrics.prefix)\(name)\(braces) \(sample.value)\n"
    }
  }

  private static func escaped(_ value: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
      case "\"": escaped.append(contentsOf: "\\\"".unicodeScalars)
      case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
