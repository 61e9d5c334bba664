create index sessions_expires_at on sessions (expires_at);
create index sessions_user_name on sessions (user_name);
create index meters_site_code on meters (site_code);
create index alarms_state_opened_at on alarms (state, opened_at desc);
create index alarms_meter_id on alarms (meter_id);
create index alarm_rules_meter_id on alarm_rules (meter_id);
