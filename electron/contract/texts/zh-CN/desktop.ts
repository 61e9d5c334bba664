/** 桌面程序自身的用语。 */
export const desktop = {
  'desktop.close.title': '安装正在进行',
  'desktop.close.detail': '站点：{sites}。现在关闭，安装会有序取消，下次启动时可以继续。',
  'desktop.close.stay': '留在此处',
  'desktop.close.leave': '取消安装并关闭',
  'desktop.crash.title': '窗口多次异常退出',
  'desktop.crash.detail': '原因：{reason}。引擎仍在工作；关闭此提示后页面会重新载入。',
  'desktop.engine.title': '引擎无法启动',
  'desktop.second': '数据文件夹 {home} 已在本程序的另一个窗口中打开。',
} as const;
