-- pg_net 0.20.4 as SQL sees it. Requests are rows; after each insert the channel "pg_net" is notified, so that
-- scripts/local/net_loop.ts wakes when the transaction commits, as the real background worker does.
-- Both tables are unlogged, as with the real extension: a crash of the database loses queue and responses.

-- The extension itself may be created in any schema (`with schema extensions` is usual); its objects live in net.
create schema net;

create domain net.http_method as text
  constraint http_method_is_supported check (value in ('GET', 'POST', 'DELETE'));

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');

create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds integer not null
);
create index http_request_queue_by_id on net.http_request_queue (id);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index _http_response_created_idx on net._http_response (created);
create index _http_response_by_id on net._http_response (id);

create function net.wake()
returns void language sql set search_path = '' as $$ select pg_catalog.pg_notify('pg_net', '') $$;

create function net._urlencode_string(string text)
returns text language sql immutable strict set search_path = '' as $$
  -- Byte by byte over UTF-8; the unreserved characters of RFC 3986 stay as they are.
  select coalesce(string_agg(
    case when chr(b) ~ '[A-Za-z0-9._~-]' and b < 128 then chr(b)
         else '%' || upper(lpad(to_hex(b), 2, '0')) end, '' order by i), '')
  from (
    select i, get_byte(convert_to(string, 'UTF8'), i) as b
    from generate_series(0, length(convert_to(string, 'UTF8')) - 1) as i
  ) as bytes
$$;

create function net._url_with_params(url text, params jsonb)
returns text language sql immutable set search_path = '' as $$
  select url || coalesce(
    (select (case when strpos(url, '?') = 0 then '?' else '&' end)
       || string_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value), '&')
     from jsonb_each_text(coalesce(params, '{}'::jsonb))), '')
$$;

create function net._enqueue(p_method text, p_url text, p_headers jsonb, p_body bytea, p_timeout_milliseconds integer)
returns bigint language plpgsql set search_path = '' as $$
declare
  v_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (p_method, p_url, p_headers, p_body, p_timeout_milliseconds)
  returning id into v_id;
  perform net.wake();
  return v_id;
end $$;

create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000)
returns bigint language sql set search_path = '' as $$
  select net._enqueue('GET', net._url_with_params(url, params), headers, null, timeout_milliseconds)
$$;

create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds integer default 5000)
returns bigint language plpgsql set search_path = '' as $$
declare
  v_content_type text;
  v_headers jsonb := coalesce(headers, '{}');
begin
  select value into v_content_type from jsonb_each_text(v_headers) where lower(key) = 'content-type' limit 1;
  if v_content_type is null then
    v_headers := v_headers || '{"Content-Type": "application/json"}';
  elsif v_content_type <> 'application/json' then
    raise exception 'Content-Type header must be ''application/json''' using errcode = 'invalid_parameter_value';
  end if;
  return net._enqueue('POST', net._url_with_params(url, params), v_headers,
    convert_to(body::text, 'UTF8'), timeout_milliseconds);
end $$;

create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000,
  body jsonb default null)
returns bigint language sql set search_path = '' as $$
  select net._enqueue('DELETE', net._url_with_params(url, params), headers,
    convert_to(body::text, 'UTF8'), timeout_milliseconds)
$$;

grant usage on schema net to public;
grant all on all tables in schema net to public;
grant usage, select on all sequences in schema net to public;
-- Said aloud because a database may have taken this default away from new functions.
grant execute on all functions in schema net to public;
