/// WeCom's limit on what one message says.
package enum MessageLimit {
  /// The most bytes of UTF-8 in the content of one `markdown` message.
  package static let bytes = 4096
}
