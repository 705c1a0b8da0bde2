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

  /// A service and a timer.
  var systemd: String {
    """
    # Save the first part as /etc/systemd/system/gitlab-wecom.service, the second as
    # /etc/systemd/system/gitlab-wecom.timer, then:
    #   systemctl daemon-reload && systemctl enable --now gitlab-wecom.timer

    [Unit]
    Description=Post GitLab's pushes and failed builds to WeCom
    Wants=network-online.target
    After=network-online.target

    [Service]
    Type=oneshot
    ExecStart=\(Self.unit(program)) run --config \(Self.unit(configuration))
    Environment=SWIFT_BACKTRACE=enable=no
    TimeoutStartSec=5min
    DynamicUser=yes
    StateDirectory=gitlab-wecom
    StateDirectoryMode=0700
    UMask=0077
    # Secrets that only root may read: one line each, and in the configuration
    # token = { credential = "gitlab-token" }
    #LoadCredential=gitlab-token:/etc/gitlab-wecom/token

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
    ProtectHome=yes
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

    # ---- /etc/systemd/system/gitlab-wecom.timer ----

    [Unit]
    Description=Post GitLab's pushes and failed builds to WeCom every minute

    [Timer]
    OnCalendar=minutely
    AccuracySec=1s
    RandomizedDelaySec=5s

    [Install]
    WantedBy=timers.target

    """
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
