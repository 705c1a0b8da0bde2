/// A GitLab token that does not show itself: descriptions, dumps and errors say `[token]`.
package struct AccessToken: Sendable, Equatable {
  private let text: String

  /// Takes the token as configured, without a trailing newline.
  package init(_ text: String) {
    self.text = text
  }

  /// Returns the token itself, for the `Authorization` header alone.
  func reveal() -> String { text }

  /// Whether the token holds only what a header may carry: visible ASCII, at least one character.
  var isUsable: Bool {
    !text.isEmpty && text.utf8.allSatisfy { 0x21 <= $0 && $0 <= 0x7E }
  }

  /// Returns a text from GitLab with the token taken out, should it have been echoed.
  func redacted(from text: String) -> String {
    guard !self.text.isEmpty, text.contains(self.text) else { return text }
    return text.replacing(self.text, with: "[token]")
  }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "[token]" }
  package var debugDescription: String { "[token]" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
