/// What the demo was asked for.
enum Arguments: Equatable {
  case story
  case serve(port: UInt16, isBusy: Bool)
  case help
  case wrong(String)

  static let usage = """
    usage: demo                              shows the bridge at work, in half a minute
           demo --serve [--port N] [--busy]  keeps a simulated GitLab and WeCom running

      --serve   prints "gitlab URL TOKEN" and "wecom URL KEY" and runs until it is interrupted
      --port    the port on 127.0.0.1; any free one unless given
      --busy    lets the team push, and break a build, every few seconds

    """

  init(_ arguments: some Sequence<String>) {
    var isServing = false
    var isBusy = false
    var port: UInt16 = 0
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--serve": isServing = true
      case "--busy": isBusy = true
      case "--port":
        let value = rest.popFirst() ?? ""
        guard let number = UInt16(value) else {
          self = .wrong("--port \(value)")
          return
        }
        port = number
      case "--help", "-h", "help":
        self = .help
        return
      default:
        self = .wrong(argument)
        return
      }
    }
    if !isServing, isBusy || port != 0 {
      self = .wrong(isBusy ? "--busy without --serve" : "--port without --serve")
    } else {
      self = isServing ? .serve(port: port, isBusy: isBusy) : .story
    }
  }
}
