internal import Changes
package import Configuration
internal import GitLab
internal import HTTP
internal import Platform
internal import WeCom

/// The bridge between one GitLab and the bots of one configuration.
package struct GitLabBridge: Sendable {
  let configuration: Configuration
  let surroundings: Surroundings
  let stop: StopFlag
  var settings: PassSettings

  /// Makes the bridge of a configuration.
  ///
  /// - Parameters:
  ///   - configuration: Checked values.
  ///   - surroundings: Time, the network, chance.
  ///   - stop: Set when what runs should come to an orderly end.
  package init(configuration: Configuration, surroundings: Surroundings, stop: StopFlag) {
    self.configuration = configuration
    self.surroundings = surroundings
    self.stop = stop
    settings = PassSettings(configuration)
  }

  /// The client of the configured GitLab.
  var client: GitLabClient {
    let gitlab = configuration.gitlab
    return GitLabClient(
      baseURL: gitlab.url,
      token: AccessToken(gitlab.token.reveal()),
      transport: surroundings.transport,
      connection: HTTPRequest.Connection(proxy: gitlab.proxy, caFile: gitlab.caFile),
      timeout: gitlab.timeout
    )
  }

  /// The bots of the configuration as the courier sees them.
  var mailboxes: [Mailbox] {
    let timeout = configuration.wecom.timeout.milliseconds
    return configuration.bots.map { bot in
      let recipient = recipient(bot)
      return Mailbox(
        name: bot.name,
        host: recipient.host,
        keyDigest: bot.keyDigest,
        messagesPerMinute: bot.messagesPerMinute,
        timeoutMilliseconds: timeout,
        post: { content, limit in
          await recipient.client.limited(to: limit).post(content, key: recipient.key)
        }
      )
    }
  }

  /// What posts to a bot, and to which host.
  func recipient(_ bot: Bot) -> (client: WeComClient, key: WebhookKey, host: String) {
    let wecom = configuration.wecom
    let base = configuration.baseURL(of: bot)
    guard let key = WebhookKey(bot.key.reveal()), let address = try? BaseURL(base),
      let client = try? WeComClient(
        transport: surroundings.transport,
        base: base,
        connection: HTTPRequest.Connection(proxy: wecom.proxy, caFile: wecom.caFile),
        timeout: wecom.timeout
      )
    else {
      // The configuration has checked both.
      preconditionFailure("bot \"\(bot.name)\" has a checked key and address")
    }
    return (client, key, address.origin)
  }
}
