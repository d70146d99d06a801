-- What people do with deliverables and versions: enable, dismiss, promote; edit, approve, reject, and what is learnt from it.

create function pipeline.enable_deliverable(p_deliverable uuid, p_user uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables := private.own_deliverable(p_deliverable, p_user);
begin
  update public.deliverables d set status = 'active' where d.id = p_deliverable returning * into v_deliverable;
  return to_jsonb(v_deliverable);
end $$;
comment on function pipeline.enable_deliverable(uuid, uuid) is 'Accepts a suggestion or resumes what was paused; its next run is its next slot, never at once. Raises unknown_deliverable, deliverable_limit_reached.';

create function pipeline.dismiss_deliverable(p_deliverable uuid, p_user uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables := private.own_deliverable(p_deliverable, p_user);
begin
  if v_deliverable.status <> 'suggested' then
    perform private.raise_error('not_a_suggestion', 409, 'Only suggestions are dismissed.', 'Pause or archive a deliverable that runs.');
  end if;
  update public.deliverables d set status = 'archived', status_reason = 'You dismissed the suggestion.' where d.id = p_deliverable returning * into v_deliverable;
  update public.deliverable_versions v set status = 'rejected', reviewed_at = pipeline.now() where v.deliverable_id = p_deliverable and v.status = 'suggested';
  return to_jsonb(v_deliverable);
end $$;
comment on function pipeline.dismiss_deliverable(uuid, uuid) is 'Puts a suggestion away. Raises unknown_deliverable, not_a_suggestion.';

create function pipeline.promote_deliverable(p_deliverable uuid, p_user uuid, p_schedule jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables := private.own_deliverable(p_deliverable, p_user);
begin
  if p_schedule is null or p_schedule = '{}' then
    perform private.raise_error('impossible_schedule', 422, 'A deliverable that recurs needs a schedule.', 'Such as {"frequency": "weekly", "day": "monday", "time": "09:00"}.');
  end if;
  if private.recurs(v_deliverable.schedule) then
    perform private.raise_error('already_recurring', 409, 'This deliverable has a schedule already.', 'Change its schedule instead.');
  end if;
  update public.deliverables d set schedule = p_schedule, status = 'active' where d.id = p_deliverable returning * into v_deliverable;
  return to_jsonb(v_deliverable);
end $$;
comment on function pipeline.promote_deliverable(uuid, uuid, jsonb) is
  'Makes something that ran once recur. Raises unknown_deliverable, already_recurring, impossible_schedule, deliverable_limit_reached.';

create function private.remember_feedback(p_version public.deliverable_versions, p_deliverable public.deliverables) returns void
language plpgsql set search_path = '' as $$
declare
  v_what text := concat_ws('; ',
    case when jsonb_array_length(p_version.edit_categories -> 'deletions') > 0 and jsonb_array_length(coalesce(p_version.edit_categories -> 'additions', '[]')) = 0 then 'shorter than it was written' end,
    case when jsonb_array_length(p_version.edit_categories -> 'additions') > 0 then 'with what was added: ' ||
      (select string_agg(left(a, 120), ' / ') from jsonb_array_elements_text(p_version.edit_categories -> 'additions') a) end,
    nullif(left(p_version.feedback_notes, 500), ''));
begin
  if v_what = '' then return; end if;
  insert into public.user_context as u (user_id, key, value, source, confidence, source_ref)
  values (p_version.user_id, 'feedback:' || p_deliverable.id, left(format('%s: %s', p_deliverable.title, v_what), 2000), 'feedback', 0.7, p_version.id)
  on conflict on constraint one_value_a_key do update
    set value = excluded.value, source_ref = excluded.source_ref, updated_at = pipeline.now()
   -- What the person said in so many words outranks what an edit suggests.
   where u.source = 'feedback';
  perform pipeline.log_activity(p_version.user_id, 'memory_written', format('Learnt from an edit of "%s"', p_deliverable.title),
    jsonb_build_object('key', 'feedback:' || p_deliverable.id, 'source', 'feedback'), p_version.id);
end $$;
comment on function private.remember_feedback(public.deliverable_versions, public.deliverables) is
  'What a person changed or said about a version, as one memory a deliverable: by rule, without a model.';

create function pipeline.review_version(p_version uuid, p_user uuid, p_review jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_version public.deliverable_versions;
  v_deliverable public.deliverables;
  v_verdict public.version_status := p_review ->> 'verdict';
begin
  select * into v_version from public.deliverable_versions v where v.id = p_version and v.user_id = p_user for update;
  if not found then
    perform private.raise_error('unknown_version', 404, 'There is no such version.', 'Read the deliverable''s versions again.');
  end if;
  if v_version.status not in ('generated', 'delivered', 'approved', 'rejected', 'suggested') then
    perform private.raise_error('version_not_written', 409, format('This version is %s: there is no text to review.', v_version.status), 'Wait until it is written, or run the deliverable again.');
  end if;
  if v_verdict not in ('approved', 'rejected') then
    perform private.raise_error('invalid_verdict', 422, 'A verdict is "approved" or "rejected".');
  end if;
  update public.deliverable_versions v
     set final_content = coalesce(p_review ->> 'content', v.final_content),
         edit_distance_score = coalesce((p_review ->> 'distance')::numeric, v.edit_distance_score),
         edit_categories = coalesce(p_review -> 'categories', v.edit_categories),
         feedback_notes = coalesce(p_review ->> 'notes', v.feedback_notes),
         status = coalesce(v_verdict, v.status), reviewed_at = pipeline.now()
   where v.id = p_version returning * into v_version;
  select * into v_deliverable from public.deliverables d where d.id = v_version.deliverable_id;
  if v_verdict is not null then
    perform pipeline.log_activity(p_user, case v_verdict when 'approved' then 'deliverable_approved' else 'deliverable_rejected' end::public.activity_event,
      format('%s "%s", version %s', initcap(v_verdict::text), v_deliverable.title, v_version.version_number),
      jsonb_build_object('deliverable_id', v_deliverable.id, 'version', v_version.version_number, 'edit_distance_score', v_version.edit_distance_score,
        'edit_categories', v_version.edit_categories), v_version.id);
  end if;
  if v_version.purpose = 'live' then perform private.remember_feedback(v_version, v_deliverable); end if;
  return to_jsonb(v_version);
end $$;
comment on function pipeline.review_version(uuid, uuid, jsonb) is
  'A person''s edit and verdict: {content?, distance?, categories?, notes?, verdict?}. The draft stays as it was written; the next runs and memory learn from it. Raises unknown_version, version_not_written, invalid_verdict.';
