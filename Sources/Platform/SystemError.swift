import Glibc

/// What the operating system answered to a call that failed.
package struct SystemError: Error, Equatable, Sendable {
  /// The `errno` of the call.
  package let code: Int32

  package init(_ code: Int32) { self.code = code }

  /// Returns the error of the C call that has just failed on this thread.
  package static var last: SystemError { SystemError(errno) }
}

extension SystemError: CustomStringConvertible {
  /// The C library's words, with a lower-case start: "no such file or directory".
  package var description: String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    let words = unsafe String(cString: text)
    guard let first = words.first, words.dropFirst().first?.isLowercase == true else {
      return words
    }
    return first.lowercased() + words.dropFirst()
  }
}
