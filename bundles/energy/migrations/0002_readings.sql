-- One row for each meter and interval; "at" is the start of the interval.
create table readings (
  meter_id integer not null references meters (id) on delete cascade,
  at timestamptz not null,
  kwh numeric(12, 3) not null check (kwh >= 0),
  primary key (meter_id, at)
);
