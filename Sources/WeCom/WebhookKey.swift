/// The key of one group bot: the whole credential for posting into its group.
///
/// Never shown: its description, its reflection and all texts of this module leave it out.
package struct WebhookKey: Sendable, Hashable {
  private let text: String

  /// Takes the key as WeCom gives it, or returns nil for what cannot be one.
  ///
  /// WeCom's keys are UUIDs; any letters, digits, `_` and `-` are accepted for relays and tests.
  package init?(_ text: String) {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isKeyCharacter) else {
      return nil
    }
    self.text = text
  }

  /// Returns the key itself.
  package func reveal() -> String { text }
}

extension WebhookKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// A stand-in for the key.
  package var description: String { "(webhook key)" }
  /// A stand-in for the key.
  package var debugDescription: String { description }
  /// Nothing to look into.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension UInt8 {
  /// Whether the byte may be part of a webhook key.
  var isKeyCharacter: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default:
      false
    }
  }
}
