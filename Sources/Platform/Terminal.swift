import Glibc

/// What the standard streams are connected to.
package enum Terminal {
  /// A standard stream's descriptor.
  package enum Stream: Int32, Sendable {
    case output = 1
    case error = 2
  }

  /// Returns whether a person sits at the other end of the stream.
  package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

  /// Returns the stream's width in cells, nil where it is no terminal or does not tell.
  package static func width(_ stream: Stream) -> Int? {
    var size = winsize()
    guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Returns whether colours may be used on the stream.
  ///
  /// Only on a terminal, not with a non-empty `NO_COLOR` (no-color.org), not on a `TERM` that is
  /// `dumb` or not set.
  package static func showsColors(_ stream: Stream) -> Bool {
    isTerminal(stream)
      && allowsColors(
        noColor: Environment.value("NO_COLOR"),
        term: Environment.value("TERM")
      )
  }

  /// Returns whether the cursor can be moved on the stream, as a progress bar does.
  package static func movesCursor(_ stream: Stream) -> Bool {
    isTerminal(stream) && allowsColors(noColor: nil, term: Environment.value("TERM"))
  }

  static func allowsColors(noColor: String?, term: String?) -> Bool {
    (noColor ?? "").isEmpty && !(term ?? "").isEmpty && term != "dumb"
  }
}
