/** Title, reason and fix of each check of its category. */
export const timeChecks = {
  'checks.time.synchronised.title': '时间已同步',
  'checks.time.synchronised.why': '时钟逐渐偏离会使证书、令牌与数据顺序出错。',
  'checks.time.synchronised.fix': '请让 chrony 跟随现场的时间服务器。',
  'checks.time.offset.title': '与时间源的偏差',
  'checks.time.offset.why': '主机与自身时间源相差较大，系统运行中可能发生时间跳变。',
  'checks.time.offset.fix': '请等待 chrony 追上，或执行一次步进校时。',
  'checks.time.skew.title': '主机间时钟偏差',
  'checks.time.skew.why': '一台主机签发的令牌与租约在另一台上尚未生效或已过期。',
  'checks.time.skew.fix': '请让所有主机跟随同一时间服务器。',
  'checks.time.zone-equal.title': '时区一致',
  'checks.time.zone-equal.why': '时区不同的主机，其日志与定时任务无法对应。',
  'checks.time.zone-equal.fix': '请在所有主机上设置相同的时区。',
  'checks.time.laptop.title': '主机与本机时钟',
  'checks.time.laptop.why': '在本机签发的证书在时间不同的主机上会尚未生效或已过期。',
  'checks.time.laptop.fix': '请校正主机或本机的时钟。',
} as const;
