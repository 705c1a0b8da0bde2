internal import Platform

/// Ready-made texts that start a pass every minute.
struct ServiceText: Sendable {
  /// Absolute paths.
  let program: String
  let configuration: String

  /// A line for a crontab.
  var cron: String {
    """
    # gitlab-wecom: one pass every minute; it says nothing when all is well.
    # Put this into the crontab of the user who owns the state (crontab -e).
    * * * * * SWIFT_BACKTRACE=enable=no \(Self.shell(program)) run --config \
    \(Self.shell(configuration))

    """
  }

  /// A service with a timer, and as the other choice a service that watches.
  var systemd: String {
    """
    # gitlab-wecom for systemd. Either the timer, which starts a pass every minute:
    #   save the first two parts under the names above them, then
    #   systemctl daemon-reload && systemctl enable --now gitlab-wecom.timer
    # or the watch, one process that makes passes by itself: save the third part, then
    #   systemctl daemon-reload && systemctl enable --now gitlab-wecom-watch.service
    #
    # They run as a user of their own, who may read the configuration but no file of root's:
    # keep the secrets in files of root alone and hand them over as credentials. For
    # token = { credential = "gitlab-token" } the line LoadCredential= below is the right one.
    # The state is in /var/lib/gitlab-wecom. For [metrics] file, let ReadWritePaths= name its folder
    # and SupplementaryGroups= a group that may write there.

    # ---- /etc/systemd/system/gitlab-wecom.service ----

    [Unit]
    Description=Tell WeCom of GitLab's pushes and failed builds
    Wants=network-online.target
    After=network-online.target

    [Service]
    Type=oneshot
    ExecStart=\(Self.unit(program)) run --config \(Self.unit(configuration))
    TimeoutStartSec=5min
    \(hardening)

    # ---- /etc/systemd/system/gitlab-wecom.timer ----

    [Unit]
    Description=Tell WeCom of GitLab's pushes and failed builds, every minute

    [Timer]
    OnCalendar=minutely
    AccuracySec=1s
    RandomizedDelaySec=5s

    [Install]
    WantedBy=timers.target

    # ---- /etc/systemd/system/gitlab-wecom-watch.service ----

    [Unit]
    Description=Tell WeCom of GitLab's pushes and failed builds, all the time
    Wants=network-online.target
    After=network-online.target

    [Service]
    Type=notify
    ExecStart=\(Self.unit(program)) watch --config \(Self.unit(configuration))
    Restart=on-failure
    RestartSec=10s
    TimeoutStartSec=1min
    TimeoutStopSec=10s
    WatchdogSec=2min
    \(hardening)

    [Install]
    WantedBy=multi-user.target

    """
  }

  /// What a process that only talks to two servers and one folder does not need.
  private var hardening: String {
    """
    Environment=SWIFT_BACKTRACE=enable=no
    DynamicUser=yes
    StateDirectory=gitlab-wecom
    StateDirectoryMode=0700
    UMask=0077
    #LoadCredential=gitlab-token:/etc/gitlab-wecom/token
    #ReadWritePaths=/var/lib/node_exporter
    #SupplementaryGroups=node_exporter
    CapabilityBoundingSet=
    AmbientCapabilities=
    NoNewPrivileges=yes
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    PrivateDevices=yes
    PrivateTmp=yes
    PrivateUsers=yes
    ProtectClock=yes
    ProtectControlGroups=yes
    ProtectHome=\(isAtHome ? "read-only" : "yes")
    ProtectHostname=yes
    ProtectKernelLogs=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    ProtectProc=invisible
    ProtectSystem=strict
    RemoveIPC=yes
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallFilter=~@privileged @resources
    SystemCallErrorNumber=EPERM
    """
  }

  /// Whether the program or its configuration is in a folder that would be hidden otherwise.
  private var isAtHome: Bool {
    [program, configuration].contains { path in
      ["/home/", "/root/", "/run/user/"].contains { path.hasPrefix($0) }
    }
  }

  /// Returns a path as one word of a crontab's command; `%` ends the command there.
  private static func shell(_ path: String) -> String {
    let plain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
        true
      default: false
      }
    }
    if plain { return path }
    let quoted = "'" + path.replacing("'", with: "'\\''") + "'"
    return quoted.replacing("%", with: "\\%")
  }

  /// Returns a path as one word of a unit file, where `%`, `$` and quotes mean something.
  private static func unit(_ path: String) -> String {
    let escaped = path.replacing("%", with: "%%").replacing("$", with: "$$")
      .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return escaped.contains(" ") || escaped != path ? "\"\(escaped)\"" : escaped
  }
}
