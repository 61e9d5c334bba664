-- A rule without a meter counts for every meter that has no rule of its own.
create table alarm_rules (
  code text primary key,
  name text not null,
  meter_id integer references meters (id) on delete cascade,
  threshold_kwh numeric(12, 3) not null check (threshold_kwh > 0),
  severity text not null check (severity in ('warning', 'critical'))
);

create table alarms (
  id bigint generated always as identity primary key,
  rule_code text not null references alarm_rules (code) on delete cascade,
  meter_id integer not null references meters (id) on delete cascade,
  at timestamptz not null,
  kwh numeric(12, 3) not null,
  threshold_kwh numeric(12, 3) not null,
  severity text not null,
  state text not null default 'open' check (state in ('open', 'acknowledged')),
  opened_at timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by text,
  -- Judging the same reading twice opens no second alarm.
  unique (rule_code, meter_id, at)
);
