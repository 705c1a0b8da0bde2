/// Everything that a configuration file says, checked, with defaults filled in.
package struct Configuration: Sendable, Equatable {
  package var gitlab: GitLabSettings
  package var wecom: WeComSettings
  /// In the order of the file; no two share a name or a key.
  package var bots: [Bot]
  /// In the order of the file, which decides between routes that match the same project.
  package var routes: [RouteSettings]
  package var backfill: BackfillSettings
  package var run: RunSettings
  /// The folder of the state, as a path that does not depend on the working directory.
  package var stateDirectory: String
  package var log: LogSettings
  /// The Prometheus text file to write, if any.
  package var metricsFile: String?
  /// The names of the bots that are told of the bridge's own troubles.
  package var alertBots: [String]

  package init(
    gitlab: GitLabSettings,
    wecom: WeComSettings = WeComSettings(),
    bots: [Bot],
    routes: [RouteSettings],
    backfill: BackfillSettings = BackfillSettings(),
    run: RunSettings = RunSettings(),
    stateDirectory: String,
    log: LogSettings = LogSettings(),
    metricsFile: String? = nil,
    alertBots: [String] = []
  ) {
    self.gitlab = gitlab
    self.wecom = wecom
    self.bots = bots
    self.routes = routes
    self.backfill = backfill
    self.run = run
    self.stateDirectory = stateDirectory
    self.log = log
    self.metricsFile = metricsFile
    self.alertBots = alertBots
  }

  /// Returns the bot of a name.
  package func bot(named name: String) -> Bot? {
    bots.first { $0.name == name }
  }

  /// Returns the address that a bot's messages go to, without `/cgi-bin/webhook/send`.
  package func baseURL(of bot: Bot) -> String {
    bot.baseURL ?? wecom.url
  }
}
