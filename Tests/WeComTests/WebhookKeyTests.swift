import Testing
import WeCom

@Suite
struct WebhookKeyTests {
  @Test(arguments: ["693a91f6-7cdc-4bc4-97a0-0ec2sifac4f1", "a", "A_b-9"])
  func `letters, digits, underscores and dashes make a key`(text: String) {
    #expect(WebhookKey(text)?.reveal() == text)
  }

  @Test(arguments: ["", " ", "a b", "a\n", "ключ", "a/b", "a&b", "https://qyapi/send?key=a", "a\0"])
  func `anything else does not`(text: String) {
    #expect(WebhookKey(text) == nil)
  }

  @Test func `a key shows nothing of itself`() throws {
    let key = try #require(WebhookKey("693a91f6-7cdc-4bc4-97a0-0ec2sifac4f1"))
    var dumped = ""
    dump(["key": key], to: &dumped)
    for text in ["\(key)", String(reflecting: key), String(describing: Optional(key)), dumped] {
      #expect(text.contains("(webhook key)"))
      #expect(!text.contains("693a"))
    }
  }
}
