create table roles (
  name text primary key,
  title text not null
);

create table permissions (
  name text primary key,
  title text not null
);

create table role_permissions (
  role text not null references roles (name) on delete cascade,
  permission text not null references permissions (name) on delete cascade,
  primary key (role, permission)
);

create table users (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{1,62}$'),
  role text not null references roles (name),
  -- scrypt$N$r$p$salt$hash, never a password.
  password_hash text not null check (password_hash like 'scrypt$%'),
  must_change boolean not null default true,
  created_at timestamptz not null default now(),
  password_changed_at timestamptz
);
