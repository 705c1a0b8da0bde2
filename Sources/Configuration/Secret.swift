/// A token or key, which nothing prints by accident.
///
/// Descriptions, `dump` and mirrors show `<secret>`; only `reveal()` gives the text.
package struct Secret: Sendable, Hashable {
  private let text: String

  package init(_ text: String) {
    self.text = text
  }

  /// Returns the text itself, for the request that needs it and for nothing else.
  package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<secret>" }
  package var debugDescription: String { "<secret>" }
  package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
