// Speaks the decoder protocol of the toml-test suite: TOML on standard input; tagged JSON on
// standard output and exit 0, or the error on standard error and exit 1.
import Glibc
import TOML

let bytes = StandardStream.readAll()
do {
  let table = try TOML.parse(bytes)
  StandardStream.write(TaggedJSON.text(of: table) + "\n", to: 1)
} catch {
  let excerpt = SourceExcerpt(bytes).lines(at: error.span)
  let message = "standard input:\(error)\n" + (excerpt.isEmpty ? "" : excerpt + "\n")
  StandardStream.write(message, to: 2)
  exit(1)
}
