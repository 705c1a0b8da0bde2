import Testing

@testable import Platform

@Suite struct CellsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let width: Int
    var testDescription: String { text }

    init(_ text: String, _ width: Int) {
      self.text = text
      self.width = width
    }
  }

  @Test(arguments: [
    Case("", 0), Case("docs", 4), Case("文档站", 6), Case("用户手册 v2", 11), Case("ｆｕｌｌ", 8),
    Case("한국어", 6), Case("\u{1112}\u{1161}\u{11AB}", 2), Case("カタカナ", 8), Case("ｶﾀｶﾅ", 4),
    Case("，。！", 6), Case("é", 1), Case("e\u{301}", 1), Case("naïve", 5), Case("Ωж", 2),
    Case("🎉", 2), Case("👨‍👩‍👧", 2), Case("👍🏽", 2), Case("🇨🇳", 2), Case("❤️", 2), Case("❤", 1),
    Case("⌚", 2), Case("█░…→", 4), Case("a\u{200B}b", 2), Case("\u{7}\u{1B}[0m", 3),
    Case("\t\r\n", 0), Case("\u{AD}", 0), Case("𠀀", 2), Case("〇", 2), Case("ก็", 1),
  ])
  func `text takes the cells that a terminal gives it`(_ example: Case) {
    #expect(Cells.width(example.text) == example.width)
  }

  @Test func `columns of Chinese and Latin text line up`() {
    #expect(Cells.padded("文档", to: 6) + "|" == "文档  |")
    #expect(Cells.padded("docs", to: 6) + "|" == "docs  |")
    #expect(Cells.aligned("文档", to: 6) == "  文档")
    #expect(Cells.padded("too long", to: 3) == "too long")
    #expect(Cells.aligned("too long", to: -1) == "too long")
  }

  @Test(arguments: 0...20)
  func `a truncated text fits, and ends in an ellipsis when something is missing`(_ width: Int) {
    for text in ["abcdefghij", "文档站的用户手册", "a文b档c", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", ""] {
      let cut = Cells.truncated(text, to: width)
      #expect(Cells.width(cut) <= width)
      #expect(cut == text || cut.last == "…" || width == 0)
      // No more than the half of a wide character is given away.
      #expect(cut == text || Cells.width(cut) >= width - 1)
    }
  }

  @Test func `a truncated text keeps whole characters`() {
    #expect(Cells.truncated("文档站", to: 6) == "文档站")
    #expect(Cells.truncated("文档站", to: 5) == "文档…")
    #expect(Cells.truncated("文档站", to: 4) == "文…")
    #expect(Cells.truncated("文档站", to: 1) == "…")
    #expect(Cells.truncated("文档站", to: 0).isEmpty)
  }
}
