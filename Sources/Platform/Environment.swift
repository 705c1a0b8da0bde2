@unsafe @preconcurrency import Glibc

/// The variables that the process was started with.
package enum Environment {
  /// Returns the value of a variable, nil where it is not set; an empty value is a value.
  package static func value(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// All variables and their values.
  package static var all: [String: String] {
    var all: [String: String] = [:]
    var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe environ
    while let text = unsafe entry.pointee {
      let parts = unsafe String(cString: text).split(
        separator: "=",
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      if parts.count == 2 { all[String(parts[0])] = String(parts[1]) }
      unsafe entry += 1
    }
    return all
  }
}
