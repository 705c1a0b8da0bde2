import Glibc
import Testing

@testable import Platform

@Suite struct TerminalTests {
  @Test func `a file is no terminal and has no width`() async {
    await #expect(processExitsWith: .success) {
      dup2(unsafe open("/dev/null", O_RDWR), 1)
      #expect(!Terminal.isTerminal(.output))
      #expect(Terminal.width(.output) == nil)
      #expect(!Terminal.showsColors(.output) && !Terminal.movesCursor(.output))
    }
  }

  @Test func `a terminal tells its width`() async {
    await #expect(processExitsWith: .success) {
      let main = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var number: Int32 = 0
      #expect(unsafe ioctl(main, 0x4004_5431, &number) == 0)  // TIOCSPTLCK: unlocked
      #expect(unsafe ioctl(main, 0x8004_5430, &number) == 0)  // TIOCGPTN
      let terminal = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      try #require(terminal >= 0)
      var size = winsize(ws_row: 24, ws_col: 97, ws_xpixel: 0, ws_ypixel: 0)
      #expect(unsafe ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
      dup2(terminal, 2)
      #expect(Terminal.isTerminal(.error))
      #expect(Terminal.width(.error) == 97)
      unsafe setenv("TERM", "xterm", 1)
      unsafe unsetenv("NO_COLOR")
      #expect(Terminal.showsColors(.error) && Terminal.movesCursor(.error))
      unsafe setenv("NO_COLOR", "1", 1)
      #expect(!Terminal.showsColors(.error) && Terminal.movesCursor(.error))
    }
  }

  @Test func `colours are for terminals that know them and people that want them`() {
    #expect(Terminal.allowsColors(noColor: nil, term: "xterm-256color"))
    #expect(Terminal.allowsColors(noColor: "", term: "xterm"))
    #expect(!Terminal.allowsColors(noColor: "0", term: "xterm"))
    #expect(!Terminal.allowsColors(noColor: nil, term: "dumb"))
    #expect(!Terminal.allowsColors(noColor: nil, term: ""))
    #expect(!Terminal.allowsColors(noColor: nil, term: nil))
  }

  @Test func `45 a variable is told from an unset one`() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("GITLAB_WECOM_TEST", "", 1)
      #expect(Environment.value("GITLAB_WECOM_TEST")?.isEmpty == true)
      unsafe unsetenv("GITLAB_WECOM_TEST")
      #expect(Environment.value("GITLAB_WECOM_TEST") == nil)
      unsafe setenv("GITLAB_WECOM_TEST", "a=b", 1)
      #expect(Environment.all["GITLAB_WECOM_TEST"] == "a=b")
    }
  }
}
