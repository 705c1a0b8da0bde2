import Sandbox
import Testing

@Suite struct WeComTests {
  @Test(
    arguments: [
      (#"{"msgtype":"markdown","markdown":{"content":"x"}}"#, 0),
      (#"{"msgtype":"text","text":{"content":"x"}}"#, 0),
      (#"{"msgtype":"markdown_v2","markdown_v2":{"content":"x"}}"#, 0),
      (#"{"msgtype":"markdown","markdown":{"content":""}}"#, 44004),
      (#"{"msgtype":"markdown"}"#, 44004),
      (#"{"object_kind":"push"}"#, 40008),
      (#"{"msgtype":"markdown","#, 40008),
      ("", 40008),
    ]
  )
  func `a body is judged`(body: String, code: Int) throws {
    let it = Fixture()
    #expect(try it.send(body)["errcode"].int == code)
    #expect(it.sandbox.received.map(\.errcode) == [code])
  }

  @Test func `an error names its reason, a hint and the address seen`() throws {
    let it = Fixture()
    #expect(
      try it.send("{")["errmsg"].string
        == "Warning: wrong json format. invalid message type, hint: [17954784000008214937], "
        + "from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=40008"
    )
    #expect(try it.send(#"{"msgtype":"text","text":{"content":"x"}}"#)["errmsg"].string == "ok")
  }

  @Test(arguments: [(4096, 0), (4097, 40058)])
  func `4096 bytes of UTF-8 are the limit`(bytes: Int, code: Int) throws {
    let it = Fixture()
    let text = String(repeating: "文", count: 1365) + String(repeating: "x", count: bytes - 4095)
    #expect(text.utf8.count == bytes)
    #expect(try it.sendMarkdown(text) == code)
    #expect(it.sandbox.messages().count == (code == 0 ? 1 : 0))
  }

  @Test func `twenty messages in any sixty seconds, per key`() throws {
    let it = Fixture()
    it.sandbox.addBot("second", key: "two")
    for number in 1...20 {
      #expect(try it.sendMarkdown("\(number)") == 0)
      it.clock.advance(by: 1000)
    }
    #expect(try it.sendMarkdown("21") == 45009)
    #expect(try it.sendMarkdown("1", key: "two") == 0)
    it.clock.advance(by: 39_999)
    #expect(try it.sendMarkdown("21") == 45009)
    it.clock.advance(by: 1)
    #expect(try it.sendMarkdown("21") == 0)
    #expect(try it.sendMarkdown("22") == 45009)
    #expect(it.sandbox.messages() == (1...21).map(String.init))
  }

  @Test func `a penalty keeps a key refused`() throws {
    var settings = World.Settings()
    settings.messagesPerMinute = 1
    settings.messagePenalty = 600_000
    let it = Fixture(settings)
    #expect(try it.sendMarkdown("1") == 0)
    #expect(try it.sendMarkdown("2") == 45009)
    it.clock.advance(by: 599_999)
    #expect(try it.sendMarkdown("2") == 45009)
    it.clock.advance(by: 1)
    #expect(try it.sendMarkdown("2") == 0)
  }

  @Test func `unknown, removed and disabled bots have their codes`() throws {
    let it = Fixture()
    #expect(try it.sendMarkdown("x", key: "unknown") == 93000)
    it.sandbox.setBotDisabled(true, key: Sandbox.key)
    #expect(try it.sendMarkdown("x") == 93004)
    it.sandbox.removeBot(key: Sandbox.key)
    #expect(try it.sendMarkdown("x") == 93000)
  }
}
