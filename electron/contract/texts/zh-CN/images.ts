/** Texts of the images stage. */
export const images = {
  'images.effect.push': '将镜像 {image}({digest})推送到 {registry}',
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
