using System.Text.Json.Nodes;

namespace NotionSandbox.Seeds;

/// <summary>The columns of the demo database: one of each common kind, one of them with an id that must be percent-encoded in a URL.</summary>
internal static class TaskSchema
{
    private const string Json =
        """
        {
          "Name": {"id":"title","type":"title","title":{}},
          "Status": {"id":"%60stA","type":"status","status":{
            "options":[
              {"id":"opt-todo","name":"Not started","color":"default","description":null},
              {"id":"opt-doing","name":"In progress","color":"blue","description":null},
              {"id":"opt-done","name":"Done","color":"green","description":null}],
            "groups":[
              {"id":"group-todo","name":"To-do","color":"gray","option_ids":["opt-todo"]},
              {"id":"group-doing","name":"In progress","color":"blue","option_ids":["opt-doing"]},
              {"id":"group-done","name":"Complete","color":"green","option_ids":["opt-done"]}]}},
          "Priority": {"id":"Pr%3Ao","type":"select","select":{"options":[
            {"id":"opt-high","name":"High","color":"red","description":null},
            {"id":"opt-low","name":"Low","color":"gray","description":null}]}},
          "Tags": {"id":"tg%5Ds","type":"multi_select","multi_select":{"options":[
            {"id":"opt-api","name":"api","color":"purple","description":null},
            {"id":"opt-docs","name":"docs","color":"yellow","description":null}]}},
          "Estimate": {"id":"est1","type":"number","number":{"format":"number"}},
          "Due": {"id":"du%7Ce","type":"date","date":{}},
          "Reviewed": {"id":"rv%3Dw","type":"checkbox","checkbox":{}},
          "Owner": {"id":"own%7B","type":"people","people":{}},
          "Link": {"id":"lnk1","type":"url","url":{}},
          "Notes": {"id":"%3Bx%40","type":"rich_text","rich_text":{}},
          "Number": {"id":"num%3F","type":"unique_id","unique_id":{"prefix":"TASK"}},
          "Created": {"id":"crt1","type":"created_time","created_time":{}}
        }
        """;

    public static JsonObject Create()
    {
        var schema = JsonNode.Parse(Json)!.AsObject();
        foreach (var (name, config) in schema)
        {
            config!.AsObject().Insert(1, "name", name);
            config.AsObject().Insert(2, "description", null);
        }

        return schema;
    }
}
