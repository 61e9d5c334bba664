-- Consumption of a meter on a day (UTC), computed by the nightly job. A reading that arrives later removes its day here.
create table daily_summaries (
  meter_id integer not null references meters (id) on delete cascade,
  day date not null,
  kwh numeric(14, 3) not null,
  count integer not null check (count > 0),
  peak_kwh numeric(12, 3) not null,
  computed_at timestamptz not null default now(),
  primary key (meter_id, day)
);
