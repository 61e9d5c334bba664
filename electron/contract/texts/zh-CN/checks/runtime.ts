/** Title, reason and fix of each check of its category. */
export const runtimeChecks = {
  'checks.runtime.socket.title': '容器运行时可用',
  'checks.runtime.socket.why': '没有运行时套接字（CRI），kubelet 无法启动容器；仅有 Docker 并不提供该接口。',
  'checks.runtime.socket.fix': '请启动 containerd，或从集群介质安装。',
  'checks.runtime.version.title': '容器运行时版本',
  'checks.runtime.version.why': '较旧的运行时不支持按仓库配置信任（certs.d），也缺少安全更新。',
  'checks.runtime.version.fix': '请与集群管理员一起升级运行时。',
  'checks.runtime.cgroup-driver.title': '运行时 cgroup 驱动',
  'checks.runtime.cgroup-driver.why': '在 systemd 主机上由两个管理者管理 cgroup 会产生冲突，压力下 Pod 不稳定。',
  'checks.runtime.cgroup-driver.fix':
    '请在 /etc/containerd/config.toml 中设置 SystemdCgroup = true，并与 kubelet 保持一致。',
  'checks.runtime.registry-trust-folder.title': '运行时信任目录',
  'checks.runtime.registry-trust-folder.why': '仅当配置中指定该目录时，containerd 才会从中读取对镜像仓库的信任。',
  'checks.runtime.registry-trust-folder.fix': '请在 /etc/containerd/config.toml 的 registry 部分将其设为 config_path。',
} as const;
