internal import FoundationEssentials

extension StatusReport {
  /// The report as one JSON object with sorted keys, which are the properties' names in snake case.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a report holds texts and whole numbers alone")
    }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

extension ExitCode: Encodable {}
