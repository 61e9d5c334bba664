/** Title, reason and fix of each check of its category. */
export const storageChecks = {
  'checks.storage.free-space.title': '可用空间',
  'checks.storage.free-space.why': '镜像、数据与日志会不断增长；文件系统写满会使系统停止并可能损坏数据。',
  'checks.storage.free-space.fix': '请扩容该卷，或在所指目录挂载更大的卷。',
  'checks.storage.used-share.title': '文件系统使用率',
  'checks.storage.used-share.why': '达到 85% 后，kubelet 会删除镜像并驱逐 Pod。',
  'checks.storage.used-share.fix': '请清理该文件系统或扩容。',
  'checks.storage.inodes.title': '可用 inode',
  'checks.storage.inodes.why': 'inode 用尽后，即使有空间也无法新建文件。',
  'checks.storage.inodes.fix': '请删除不需要的小文件，或以更多 inode 重建文件系统。',
  'checks.storage.file-system.title': '文件系统类型',
  'checks.storage.file-system.why':
    '状态数据必须在重启后保留且锁可用：不可位于 nfs、tmpfs、overlay 或 ftype=0 的 xfs 上。',
  'checks.storage.file-system.fix': '请在所指目录挂载本地 ext4 或 xfs（ftype=1）卷。',
  'checks.storage.mount-options.title': '计划目录可写',
  'checks.storage.mount-options.why': '只读挂载的文件系统无法写入数据；发生错误后内核也会将其变为只读。',
  'checks.storage.mount-options.fix': '请先检查内核日志中的错误，再以读写方式重新挂载。',
  'checks.storage.data-folder.title': '数据目录未被占用',
  'checks.storage.data-folder.why': '符号链接会把数据引向别处；目录中已有的内容可能来自先前的安装。',
  'checks.storage.data-folder.fix': '请查看其中的内容：移走，或确认其属于本系统。',
} as const;
