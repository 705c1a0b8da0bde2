import HTTP
import Testing

@testable import GitLab

@Suite struct URLTextTests {
  @Test func `what was encoded is decoded`() {
    let text = "a/b c%2F+é手册\u{0}😀"
    #expect(URLText.decoded(text.percentEncoded) == text)
    #expect(URLText.decoded("a%2fb%2Fc+") == "a/b/c+")
  }

  @Test(arguments: ["%", "%2", "%2G", "%G2", "%FF", "a%C3"])
  func `broken encoding is none`(text: String) {
    #expect(URLText.decoded(text) == nil)
  }

  @Test func `the items of a query are read, broken ones left out`() {
    let items = URLText.queryItems(of: "https://g/x?a=1&b=%2F%3D&c&d=e=f&=g&%ZZ=1&&h=#i=2")
    let expected = [
      QueryItem("a", "1"), QueryItem("b", "/="), QueryItem("c", ""), QueryItem("d", "e=f"),
      QueryItem("", "g"), QueryItem("h", ""),
    ]
    #expect(items == expected)
    #expect(URLText.queryItems(of: "https://g/x").isEmpty)
  }

  @Test(arguments: [
    ("https://Host/a/b?c#d", "https://host", "/a/b"), ("HTTP://host:80", "http://host", ""),
    ("https://host:443/", "https://host", "/"), ("https://host:80/", "https://host:80", "/"),
    ("https://u:p@host:8443?x", "https://host:8443", ""),
    ("https://host@evil/x", "https://evil", "/x"),
  ])
  func `origins are compared in one spelling`(url: String, origin: String, path: String) {
    let parts = URLText.parts(of: url)
    #expect(parts?.origin == origin)
    #expect(parts?.path == path)
  }

  @Test(arguments: ["", "host", "/x", "//host/x", "file:///x", "https://", "https:///x", "a://b"])
  func `what has no origin has none`(url: String) {
    #expect(URLText.parts(of: url) == nil)
  }
}
