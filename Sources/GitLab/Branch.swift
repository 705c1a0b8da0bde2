/// A branch, as far as it proves that code can be read.
package struct Branch: Sendable, Equatable, Decodable {
  package var name: String
}
