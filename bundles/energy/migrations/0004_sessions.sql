-- Only the SHA-256 of a token is kept: whoever reads this table cannot sign in with it.
create table sessions (
  token_hash bytea primary key check (length(token_hash) = 32),
  user_name text not null references users (name) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- Failed sign-ins by name, whether the name exists or not, so that an answer does not tell which names do.
create table sign_in_failures (
  name text primary key,
  failures integer not null,
  last_at timestamptz not null,
  locked_until timestamptz
);

-- The pods remember sessions for a moment. Whoever changes what they remember, also by hand, makes them forget at once.
create function forget_sessions() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'sessions' then
    perform pg_notify('energy_sessions', old.user_name);
  elsif tg_table_name = 'users' then
    perform pg_notify('energy_sessions', old.name);
  else
    perform pg_notify('energy_sessions', '');
  end if;
  return null;
end
$$;

create trigger sessions_forget after update or delete on sessions
  for each row execute function forget_sessions();
create trigger users_forget after update or delete on users
  for each row execute function forget_sessions();
create trigger role_permissions_forget after insert or update or delete on role_permissions
  for each statement execute function forget_sessions();
