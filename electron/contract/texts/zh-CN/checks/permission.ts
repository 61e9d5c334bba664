/** Title, reason and fix of each check of its category. */
export const permissionChecks = {
  'checks.permission.root.title': 'root 权限',
  'checks.permission.root.why': '安装需要 root 权限：账户本身为 root，或通过 sudo 取得。',
  'checks.permission.root.fix': '请为账户授予全部命令的 sudo 权限或使用 root，并在清单中设置取得 root 的方式。',
  'checks.permission.temporary-folder.title': '主目录与临时目录可写',
  'checks.permission.temporary-folder.why': '文件在移到目标位置之前先放在这里。',
  'checks.permission.temporary-folder.fix': '请为账户提供主目录，并将 /tmp 的权限设为 1777。',
  'checks.permission.password-expiry.title': '账户密码不会很快过期',
  'checks.permission.password-expiry.why': '密码过期会使安装与日后的维护中途停止。',
  'checks.permission.password-expiry.fix': '请修改密码，或申请延长有效期。',
} as const;
