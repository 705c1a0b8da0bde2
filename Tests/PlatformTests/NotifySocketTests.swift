import Glibc
import Testing

@testable import Platform

@Suite struct NotifySocketTests {
  @Test(arguments: ["@gitlab-wecom-test-", "/tmp/gitlab-wecom-test-"])
  func `the manager receives what is sent, by path and by abstract name`(_ prefix: String) throws {
    let address = "\(prefix)\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let receiver = try Receiver(path: address)
    defer { unsafe unlink(address) }
    let socket = try #require(NotifySocket(address: address))
    #expect(socket.send("READY=1\nSTATUS=13 个项目"))
    #expect(receiver.receive() == "READY=1\nSTATUS=13 个项目")
    #expect(receiver.receive() == nil)
  }

  @Test func `a manager that does not listen does no harm`() throws {
    let socket = try #require(NotifySocket(address: "/nowhere/notify"))
    #expect(!socket.send("READY=1"))
  }

  @Test(arguments: [
    nil, "", "@", "relative", "vsock:2:1234", "/" + String(repeating: "x", count: 120),
  ])
  func `what can be no address is no socket`(_ address: String?) {
    if let address {
      #expect(NotifySocket(address: address) == nil)
    } else {
      #expect(NotifySocket(address: nil) == nil)
    }
  }
}
