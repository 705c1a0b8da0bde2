import Testing

@testable import GitLab

@Suite struct URLTextTests {
  @Test func `all bytes but the unreserved are encoded, and come back`() {
    let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    #expect(URLText.encoded(unreserved) == unreserved)
    for value in 1..<0x250 {
      let text = String(Unicode.Scalar(UInt16(value)) ?? " ")
      let encoded = URLText.encoded(text)
      #expect((encoded == text) == (unreserved.contains(text) && text != "."))
      #expect(encoded.utf8.allSatisfy { $0 == UInt8(ascii: "%") || unreserved.utf8.contains($0) })
      #expect(URLText.decoded(encoded) == text)
    }
    #expect(URLText.encoded("a/b c%2F+é") == "a%2Fb%20c%252F%2B%C3%A9")
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
