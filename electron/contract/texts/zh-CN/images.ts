/** Texts of the images stage. */
export const images = {
  'images.effect.push': '将镜像 {image}({digest})推送到 {registry}',
  'images.effect.node': '将镜像 {image}({digest})导入 {host} 的 containerd 并固定',
  'images.effect.node-proof': '向 {host} 的 containerd 核实 {count} 个镜像是否完整、已解包并固定',
  'images.node.sent':
    '{images} 个镜像:发送数据块 {blobs} 个({bytesSent} 字节),已有 {bytesPresent} 字节,用时 {seconds} 秒',
  'images.evidence.node': '{host} 的镜像导入记录',
  'images.evidence.node-proof': '{host} 上镜像完整的证明',
  'images.finding.node': '镜像已导入节点的 containerd',
  'images.finding.node.expected': '{count} 个镜像完整、已解包并固定',
  'images.finding.node.found': '{total} 个镜像中 {count} 个完整、已解包并固定;containerd {version}',
  'images.effect.prove': '从 {registry} 读回 {image} 的全部镜像层、清单与标签',
  'images.pushed':
    '{blobs} 个镜像层中发送 {uploaded} 个({bytesSent} 字节),挂载 {mounted} 个,已存在 {present} 个,用时 {seconds} 秒',
  'images.evidence.push': '镜像推送记录',
  'images.evidence.proof': '{image} 在镜像仓库中完整的证明',
  'images.finding.complete': '镜像 {image} 在镜像仓库中完整',
  'images.finding.expected': '{digest},共 {count} 项齐全',
  'images.finding.found': '{digest},{count} 项中 {count} 项齐全',
  'images.finding.missing': '缺少:{missing}',
} as const;
