-- The types of deliverables: what each reads, when it runs, which settings it has; and the names they had before.

create table public.deliverable_types (
  deliverable_type text primary key,
  name text not null,
  description text not null,
  binding public.binding not null,
  temporal_pattern public.temporal_pattern not null,
  primary_platform public.platform,
  freshness interval not null,
  tool_rounds smallint not null,
  looks_back boolean not null,
  looks_ahead interval not null,
  searches_all_sources boolean not null,
  config_schema jsonb not null default '{"type": "object"}',
  default_config jsonb not null default '{}'
);
comment on table public.deliverable_types is
  'Classification by type: which content it reports on, when it runs, how many rounds of tools its agent has. config_schema and default_config: its type_config, as JSON Schema and with every default.';
comment on column public.deliverable_types.freshness is 'A source that was last synced longer ago than this is called behind in the text.';
comment on column public.deliverable_types.looks_back is 'Reports on what happened; otherwise only on what is to come.';
comment on column public.deliverable_types.looks_ahead is 'How far into the future its events reach.';
comment on column public.deliverable_types.searches_all_sources is 'Its agent may search every selected source, and not only those that it reports on.';
insert into public.deliverable_types
  (deliverable_type, name, description, binding, temporal_pattern, primary_platform, freshness, tool_rounds, looks_back, looks_ahead, searches_all_sources) values
  ('slack_channel_digest',    'Slack digest',       'What happened in Slack channels, for someone who could not read them.',   'platform_bound', 'scheduled', 'slack',    '1 hour',   2, true,  '0',      false),
  ('gmail_inbox_brief',       'Inbox brief',        'What came by mail, and what of it needs an answer.',                      'platform_bound', 'scheduled', 'gmail',    '1 hour',   2, true,  '0',      false),
  ('notion_page_summary',     'Notion summary',     'What changed in Notion pages and databases.',                             'platform_bound', 'scheduled', 'notion',   '4 hours',  2, true,  '0',      false),
  ('weekly_calendar_preview', 'Week ahead',         'The coming week''s meetings, and what to prepare.',                       'platform_bound', 'scheduled', 'calendar', '4 hours',  2, false, '7 days', false),
  ('meeting_prep',            'Meeting prep',       'Who comes to a meeting, what is open between you, what to talk about.',   'platform_bound', 'reactive',  'calendar', '1 hour',   2, false, '1 day',  true),
  ('status_report',           'Status report',      'Where the work stands, across all platforms.',                            'cross_platform', 'scheduled', null,       '4 hours',  3, true,  '7 days', false),
  ('research_brief',          'Research brief',     'What the world says about a subject, beside what is known inside.',       'research',       'on_demand', null,       '24 hours', 6, true,  '0',      false),
  ('custom',                  'Something else',     'Whatever you describe in your own words.',                                'hybrid',         'on_demand', null,       '4 hours',  6, true,  '7 days', false);
alter table public.deliverable_types enable row level security;
create policy "Everyone signed in may read the types" on public.deliverable_types for select to authenticated using (true);
grant select on public.deliverable_types to authenticated;

create table public.deliverable_type_aliases (
  alias text primary key,
  deliverable_type text not null references public.deliverable_types
);
comment on table public.deliverable_type_aliases is 'Names that types had before. They are accepted, and stored as today''s.';
create index deliverable_type_aliases_by_type on public.deliverable_type_aliases (deliverable_type);
insert into public.deliverable_type_aliases (alias, deliverable_type) values
  ('slack_standup', 'slack_channel_digest'),
  ('inbox_summary', 'gmail_inbox_brief'), ('reply_draft', 'gmail_inbox_brief'), ('follow_up_tracker', 'gmail_inbox_brief'), ('thread_summary', 'gmail_inbox_brief'),
  ('meeting_summary', 'meeting_prep'), ('one_on_one_prep', 'meeting_prep'),
  ('stakeholder_update', 'status_report'), ('board_update', 'status_report'), ('weekly_status', 'status_report'), ('project_brief', 'status_report'),
  ('cross_platform_digest', 'status_report'), ('activity_summary', 'status_report'), ('daily_strategy_reflection', 'status_report'),
  ('deep_research', 'research_brief'), ('intelligence_brief', 'research_brief'),
  ('client_proposal', 'custom'), ('performance_self_assessment', 'custom'), ('newsletter_section', 'custom'), ('changelog', 'custom');
alter table public.deliverable_type_aliases enable row level security;
create policy "Everyone signed in may read the aliases" on public.deliverable_type_aliases for select to authenticated using (true);
grant select on public.deliverable_type_aliases to authenticated;

create function private.known_type(p_name text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_type text;
begin
  select t.deliverable_type into v_type from public.deliverable_types t where t.deliverable_type = p_name;
  if not found then
    select a.deliverable_type into v_type from public.deliverable_type_aliases a where a.alias = p_name;
  end if;
  if v_type is null then
    perform private.raise_error('unknown_deliverable_type', 422, format('There is no type of deliverable "%s".', left(p_name, 100)),
      format('There are: %s.', (select string_agg(t.deliverable_type, ', ' order by t.deliverable_type) from public.deliverable_types t)));
  end if;
  return v_type;
end $$;
comment on function private.known_type(text) is 'Today''s name of a type, of an old name too. Raises unknown_deliverable_type.';

create function private.schema_problem(p_schema jsonb, p_value jsonb, p_path text default '') returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_type constant text := jsonb_typeof(p_value);
  v_text constant text := p_value #>> '{}';
  v_key text;
  v_one jsonb;
  v_nth int := 0;
  v_wrong text;
  v_here constant text := case when p_path = '' then 'the settings' else format('"%s"', p_path) end;
begin
  if p_schema ->> 'type' = 'integer' then
    if v_type <> 'number' or v_text::numeric % 1 <> 0 then return format('%s must be a whole number', v_here); end if;
  elsif p_schema ? 'type' and v_type <> p_schema ->> 'type' then
    return format('%s must be %s', v_here, case p_schema ->> 'type' when 'string' then 'a text' when 'boolean' then 'true or false'
      when 'array' then 'a list' when 'object' then 'an object' else 'a ' || (p_schema ->> 'type') end);
  end if;
  if p_schema ? 'enum' and not p_schema -> 'enum' @> jsonb_build_array(p_value) then
    return format('%s must be one of %s', v_here, (select string_agg(e, ', ') from jsonb_array_elements_text(p_schema -> 'enum') e));
  end if;
  case v_type
    when 'number' then
      if v_text::numeric < (p_schema ->> 'minimum')::numeric or v_text::numeric > (p_schema ->> 'maximum')::numeric then
        return format('%s must be between %s and %s', v_here, coalesce(p_schema ->> 'minimum', 'any'), coalesce(p_schema ->> 'maximum', 'any'));
      end if;
    when 'string' then
      if length(v_text) < (p_schema ->> 'minLength')::int then return format('%s must not be empty', v_here); end if;
      if length(v_text) > (p_schema ->> 'maxLength')::int then
        return format('%s must have at most %s characters', v_here, p_schema ->> 'maxLength');
      end if;
      if p_schema ->> 'format' = 'date-time' and v_text !~ '^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-][0-2]\d:?[0-5]\d)$' then
        return format('%s must be an instant such as 2026-12-01T09:00:00Z', v_here);
      end if;
    when 'array' then
      if jsonb_array_length(p_value) > (p_schema ->> 'maxItems')::int then
        return format('%s must have at most %s entries', v_here, p_schema ->> 'maxItems');
      end if;
      for v_one in select e from jsonb_array_elements(p_value) e loop
        v_wrong := private.schema_problem(coalesce(p_schema -> 'items', '{}'), v_one, format('%s.%s', p_path, v_nth));
        if v_wrong is not null then return v_wrong; end if;
        v_nth := v_nth + 1;
      end loop;
    when 'object' then
      for v_key, v_one in select k, v from jsonb_each(p_value) as e(k, v) loop
        if p_schema -> 'properties' ? v_key then
          v_wrong := private.schema_problem(p_schema -> 'properties' -> v_key, v_one, concat_ws('.', nullif(p_path, ''), v_key));
          if v_wrong is not null then return v_wrong; end if;
        elsif p_schema -> 'additionalProperties' = 'false' then
          return format('there is no setting "%s"', left(concat_ws('.', nullif(p_path, ''), v_key), 100));
        end if;
      end loop;
      for v_key in select r from jsonb_array_elements_text(coalesce(p_schema -> 'required', '[]')) r loop
        if not p_value ? v_key then return format('"%s" is missing', concat_ws('.', nullif(p_path, ''), v_key)); end if;
      end loop;
    else null;
  end case;
  return null;
end $$;
comment on function private.schema_problem(jsonb, jsonb, text) is
  'What of a value does not fit a JSON Schema, as a phrase; null when it fits. Knows what our settings use: type, enum, minimum, maximum, minLength, maxLength, format date-time, items, maxItems, properties, required, additionalProperties false.';

-- As scripts/deliverable_schemas.ts prints them from the functions' own definitions; a test compares the two.
update public.deliverable_types t set config_schema = x.config_schema, default_config = x.default_config from (select v.t, v.s::jsonb, v.d::jsonb from (values
  ('slack_channel_digest',
   '{"type": "object", "properties": {"focus": {"type": "string", "enum": ["highlights", "decisions", "questions", "all"]}, "include_threads": {"type": "boolean"}, "reaction_threshold": {"type": "integer", "minimum": 1, "maximum": 100}, "reply_threshold": {"type": "integer", "minimum": 1, "maximum": 100}, "sections": {"type": "object", "properties": {"hot_threads": {"type": "boolean"}, "key_decisions": {"type": "boolean"}, "unanswered_questions": {"type": "boolean"}, "mentions": {"type": "boolean"}}, "additionalProperties": false}, "max_items": {"type": "integer", "minimum": 3, "maximum": 40}}, "additionalProperties": false}',
   '{"focus": "all", "include_threads": true, "reaction_threshold": 2, "reply_threshold": 3, "sections": {"hot_threads": true, "key_decisions": true, "unanswered_questions": true, "mentions": true}, "max_items": 15}'),
  ('gmail_inbox_brief',
   '{"type": "object", "properties": {"focus": {"type": "string", "enum": ["triage", "summary", "action_items"]}, "priority_senders": {"maxItems": 20, "type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}}, "sections": {"type": "object", "properties": {"urgent": {"type": "boolean"}, "action_required": {"type": "boolean"}, "fyi": {"type": "boolean"}, "follow_ups": {"type": "boolean"}}, "additionalProperties": false}, "include_sent": {"type": "boolean"}, "max_items": {"type": "integer", "minimum": 3, "maximum": 40}}, "additionalProperties": false}',
   '{"focus": "triage", "priority_senders": [], "sections": {"urgent": true, "action_required": true, "fyi": true, "follow_ups": true}, "include_sent": true, "max_items": 20}'),
  ('notion_page_summary',
   '{"type": "object", "properties": {"summary_type": {"type": "string", "enum": ["changelog", "overview", "activity"]}, "include_subpages": {"type": "boolean"}, "max_depth": {"type": "integer", "minimum": 1, "maximum": 5}, "sections": {"type": "object", "properties": {"changes": {"type": "boolean"}, "new_content": {"type": "boolean"}, "completed_tasks": {"type": "boolean"}, "open_comments": {"type": "boolean"}}, "additionalProperties": false}, "time_range_days": {"type": "integer", "minimum": 1, "maximum": 90}}, "additionalProperties": false}',
   '{"summary_type": "changelog", "include_subpages": true, "max_depth": 2, "sections": {"changes": true, "new_content": true, "completed_tasks": true, "open_comments": true}, "time_range_days": 7}'),
  ('weekly_calendar_preview',
   '{"type": "object", "properties": {"sections": {"type": "object", "properties": {"overview": {"type": "boolean"}, "key_people": {"type": "boolean"}, "recurring": {"type": "boolean"}, "high_priority": {"type": "boolean"}, "preparation": {"type": "boolean"}}, "additionalProperties": false}, "days_ahead": {"type": "integer", "minimum": 1, "maximum": 14}}, "additionalProperties": false}',
   '{"sections": {"overview": true, "key_people": true, "recurring": true, "high_priority": true, "preparation": true}, "days_ahead": 7}'),
  ('meeting_prep',
   '{"type": "object", "properties": {"meeting": {"type": "object", "properties": {"title": {"type": "string", "maxLength": 300}, "start": {"type": "string", "format": "date-time"}, "description": {"type": "string", "maxLength": 2000}, "attendees": {"maxItems": 20, "type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}}}, "required": ["title"], "additionalProperties": false}, "sections": {"type": "object", "properties": {"attendee_context": {"type": "boolean"}, "open_items": {"type": "boolean"}, "recent_updates": {"type": "boolean"}, "suggested_topics": {"type": "boolean"}, "previous_meeting": {"type": "boolean"}}, "additionalProperties": false}}, "additionalProperties": false}',
   '{"sections": {"attendee_context": true, "open_items": true, "recent_updates": true, "suggested_topics": true, "previous_meeting": true}}'),
  ('status_report',
   '{"type": "object", "properties": {"subject": {"type": "string", "maxLength": 300}, "audience": {"type": "string", "enum": ["manager", "stakeholders", "team", "executive"]}, "sections": {"type": "object", "properties": {"summary": {"type": "boolean"}, "accomplishments": {"type": "boolean"}, "blockers": {"type": "boolean"}, "next_steps": {"type": "boolean"}, "metrics": {"type": "boolean"}}, "additionalProperties": false}, "detail_level": {"type": "string", "enum": ["brief", "standard", "detailed"]}, "tone": {"type": "string", "enum": ["formal", "conversational"]}}, "additionalProperties": false}',
   '{"subject": "", "audience": "stakeholders", "sections": {"summary": true, "accomplishments": true, "blockers": true, "next_steps": true, "metrics": false}, "detail_level": "standard", "tone": "formal"}'),
  ('research_brief',
   '{"type": "object", "properties": {"focus_area": {"type": "string", "enum": ["competitive", "market", "technology", "industry"]}, "subjects": {"maxItems": 20, "type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}}, "purpose": {"type": "string", "maxLength": 1000}, "sections": {"type": "object", "properties": {"key_takeaways": {"type": "boolean"}, "findings": {"type": "boolean"}, "implications": {"type": "boolean"}, "recommendations": {"type": "boolean"}}, "additionalProperties": false}, "depth": {"type": "string", "enum": ["scan", "analysis", "deep_dive"]}}, "additionalProperties": false}',
   '{"focus_area": "market", "subjects": [], "sections": {"key_takeaways": true, "findings": true, "implications": true, "recommendations": false}, "depth": "analysis"}'),
  ('custom',
   '{"type": "object", "properties": {"description": {"type": "string", "maxLength": 5000}, "structure_notes": {"type": "string", "maxLength": 2000}, "example_content": {"type": "string", "maxLength": 5000}}, "additionalProperties": false}',
   '{"description": ""}')
) as v(t, s, d)) as x(deliverable_type, config_schema, default_config) where t.deliverable_type = x.deliverable_type;
